package io.httpqueue.delivery;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.encryption.DecryptionException;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Has whichever server works on a webhook go by a change of it. A message tells that server; if it
 * is lost, the server learns it with the next renewal of its lease. Thread-safe.
 */
@Component
public class WebhookChanges {

  private static final Logger log = LoggerFactory.getLogger(WebhookChanges.class);
  private static final String CHANGED = "webhook-changed";
  private static final String HEEDED = "webhook-heeded";

  /** A message may be lost, or come while the lane begins or ends, so it is sent again. */
  private static final Duration ASK_AGAIN_EVERY = Duration.ofMillis(200);

  private static final Duration MARGIN = Duration.ofMillis(100);

  private final WebhookRegistry webhooks;
  private final LaneRepository lanes;
  private final DueDeliveryRepository deliveries;
  private final LocalLanes localLanes;
  private final LaneWaker waker;
  private final ServerMessages messages;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  /** Somebody waits until a lane goes by a state of this age, or a newer one. */
  private record Waiting(WebhookId webhook, Instant version, CompletableFuture<Void> heeded) {}

  WebhookChanges(
      WebhookRegistry webhooks,
      LaneRepository lanes,
      DueDeliveryRepository deliveries,
      LocalLanes localLanes,
      LaneWaker waker,
      ServerMessages messages) {
    this.webhooks = webhooks;
    this.lanes = lanes;
    this.deliveries = deliveries;
    this.localLanes = localLanes;
    this.waker = waker;
    this.messages = messages;
    messages.subscribe(CHANGED, this::changed);
    messages.subscribe(HEEDED, this::heeded);
  }

  /**
   * To be called after a change of the webhook was committed: when this returns, every attempt that
   * begins goes by the change, on every server, and what waits is sent if it may be. Attempts that
   * have begun before go on as they are. Blocks, usually for milliseconds; for as long as a lease
   * where the server that works on the webhook cannot be reached or has just died.
   */
  public void announce(Webhook changed) throws InterruptedException {
    if (!localLanes.changed(changed)) {
      Optional<Duration> leaseLeft = lanes.runsFor(changed.id());
      if (leaseLeft.isPresent()) {
        tellItsServer(changed, leaseLeft.get().plus(MARGIN));
      }
    }
    if (!changed.isHeld() && deliveries.isDue(changed.id())) {
      waker.wakeSleeping(List.of(changed.id()));
    }
  }

  private void tellItsServer(Webhook changed, Duration patience) throws InterruptedException {
    Waiting asked = new Waiting(changed.id(), changed.updatedAt(), new CompletableFuture<>());
    waiting.add(asked);
    try {
      long end = System.nanoTime() + patience.toNanos();
      for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
        messages.publish(CHANGED, changed.id().toString());
        if (isHeeded(asked, Math.min(left, ASK_AGAIN_EVERY.toNanos()))
            || localLanes.changed(changed)
            || lanes.runsFor(changed.id()).isEmpty()) {
          return;
        }
      }
      // A lane that renewed its lease meanwhile has read the change with it; one that did not has
      // ended.
    } finally {
      waiting.remove(asked);
    }
  }

  private static boolean isHeeded(Waiting asked, long nanos) throws InterruptedException {
    try {
      asked.heeded().get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs on the listening thread, which must not wait for Postgres. */
  private void changed(String message) {
    WebhookId id = WebhookId.parse(message);
    if (localLanes.runs(id)) {
      Thread.ofVirtual().name("webhook-changed").start(() -> heed(id));
    }
  }

  private void heed(WebhookId id) {
    try {
      Optional<Webhook> now = webhooks.find(id);
      if (now.isPresent() && localLanes.changed(now.get())) {
        messages.publish(HEEDED, id + " " + now.get().updatedAt());
      }
    } catch (DataAccessException | DecryptionException e) {
      log.debug("Webhook {} is read again with the next renewal: {}", id, e.getMessage());
    }
  }

  private void heeded(String message) {
    List<String> parts = List.of(message.split(" ", 2));
    WebhookId id = WebhookId.parse(parts.getFirst());
    Instant version = Instant.parse(parts.getLast());
    for (Waiting asked : waiting) {
      if (asked.webhook().equals(id) && !version.isBefore(asked.version())) {
        asked.heeded().complete(null);
      }
    }
  }
}
