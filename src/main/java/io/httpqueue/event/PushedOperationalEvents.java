package io.httpqueue.event;

import io.httpqueue.database.QueueFullException;
import io.httpqueue.delivery.OperationalEvents;
import io.httpqueue.webhook.Webhook;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pushes operational events as events of the namespace {@value #NAMESPACE}, to whoever registered
 * there: never of that namespace's own webhooks, so that they cannot go round in circles; not at
 * all while nobody is registered; and no more than so many a second. One thread pushes them, so
 * that nobody waits. Thread-safe.
 */
@Component
class PushedOperationalEvents implements OperationalEvents, AutoCloseable {

  static final String NAMESPACE = "httpqueue";

  private static final Logger log = LoggerFactory.getLogger(PushedOperationalEvents.class);
  private static final int MAX_WAITING = 1_000;

  /** One that is to be pushed. */
  private record Waiting(String name, Map<String, @Nullable Object> payload) {}

  private final EventIntake intake;
  private final Listeners listeners;
  private final Clock clock;
  private final int perSecond;
  private final JsonMapper json = new JsonMapper();
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread pusher;

  PushedOperationalEvents(
      EventIntake intake, Listeners listeners, OperationalEventSettings settings, Clock clock) {
    this.intake = intake;
    this.listeners = listeners;
    this.clock = clock;
    this.perSecond = settings.perSecond();
    this.pusher = Thread.ofVirtual().name("operational-events").start(this::run);
  }

  @Override
  public void webhookDisabled(Webhook webhook, String reason) {
    Map<String, @Nullable Object> payload = of(webhook);
    payload.put("reason", reason);
    payload.put("disabled_at", clock.instant().toString());
    offer(webhook, "httpqueue.webhook.disabled", payload);
  }

  @Override
  public void webhookFailing(Webhook webhook, int failuresInARow) {
    Map<String, @Nullable Object> payload = of(webhook);
    payload.put("failures_in_a_row", failuresInARow);
    payload.put("failing_at", clock.instant().toString());
    offer(webhook, "httpqueue.webhook.failing", payload);
  }

  @Override
  public void deliveryFailed(FailedDelivery delivery) {
    Map<String, @Nullable Object> payload = of(delivery.webhook());
    payload.put("delivery_id", delivery.deliveryId().toString());
    payload.put("event_id", delivery.eventId().toString());
    payload.put("status", delivery.status().name());
    payload.put("attempt_count", delivery.attemptCount());
    payload.put("error_class", delivery.errorClass() == null ? null : delivery.errorClass().name());
    payload.put("reason", delivery.reason());
    payload.put("failed_at", clock.instant().toString());
    offer(delivery.webhook(), "httpqueue.delivery.failed", payload);
  }

  @Override
  public void close() {
    pusher.interrupt();
  }

  private static Map<String, @Nullable Object> of(Webhook webhook) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("namespace", webhook.namespace());
    payload.put("webhook_id", webhook.id().toString());
    payload.put("url", withoutSecrets(webhook.url()));
    return payload;
  }

  /** Users and queries of a URL may be secrets. */
  private static String withoutSecrets(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return "%s://%s%s%s".formatted(url.getScheme(), url.getHost(), port, path);
  }

  private void offer(Webhook webhook, String name, Map<String, @Nullable Object> payload) {
    if (perSecond > 0 && !webhook.namespace().equals(NAMESPACE)) {
      // Where the queue is full there is more than anybody would read.
      var _ = queue.offer(new Waiting(name, payload));
    }
  }

  private void run() {
    try {
      while (true) {
        Waiting next = queue.take();
        if (anybodyListens()) {
          push(next);
          TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(1) / perSecond);
        } else {
          queue.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean anybodyListens() {
    try {
      return listeners.any();
    } catch (DataAccessException e) {
      log.debug("An operational event is dropped: {}", e.getMessage());
      return false;
    }
  }

  private void push(Waiting event) {
    byte[] payload = json.writeValueAsString(event.payload()).getBytes(StandardCharsets.UTF_8);
    try {
      var _ =
          intake
              .accept(new NewEvent(NAMESPACE, event.name(), payload, Map.of(), null))
              .exceptionally(
                  failure -> {
                    log.debug("An operational event was not accepted: {}", failure.toString());
                    return null;
                  });
    } catch (QueueFullException | IllegalStateException | DataAccessException e) {
      log.debug("An operational event was not accepted: {}", e.getMessage());
    }
  }
}
