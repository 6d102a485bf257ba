package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneMessage.LookBack;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.delivery.Places.Place;
import io.httpqueue.encryption.DecryptionException;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Renews the leases of this server's lanes, shows which attempts have been running for long, and
 * looks for what idle lanes were not told of, by timers.
 */
@Component
class LaneUpkeep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LaneUpkeep.class);
  private static final int RENEWALS_PER_LEASE = 5;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** A lane that takes longer to look holds up others no more. */
  private static final Duration LOOK_PATIENCE = Duration.ofMillis(200);

  /** For all that are to look; after it the rest of them need not wait for each other. */
  private static final Duration LOOKS_PATIENCE = Duration.ofSeconds(3);

  private final WebhookRegistry webhooks;
  private final LaneRepository lanes;
  private final DueDeliveryRepository deliveries;
  private final LocalLanes localLanes;
  private final DeliverySettings settings;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(3, Thread.ofPlatform().name("lane-upkeep-", 0).factory());

  private long lookedNanos = System.nanoTime();

  LaneUpkeep(
      WebhookRegistry webhooks,
      LaneRepository lanes,
      DueDeliveryRepository deliveries,
      LocalLanes localLanes,
      DeliverySettings settings) {
    this.webhooks = webhooks;
    this.lanes = lanes;
    this.deliveries = deliveries;
    this.localLanes = localLanes;
    this.settings = settings;
    every(settings.lease().dividedBy(RENEWALS_PER_LEASE), this::renewLeases);
    every(settings.markSendingAfter().dividedBy(2), this::markSending);
    every(LOOK_EVERY, this::lookForMissed);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void every(Duration pause, Runnable task) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> run(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  // An exception would end the timer. Without Postgres the leases run out by themselves, which is
  // what they are for.
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (DataAccessException e) {
      log.debug("Lanes could not be kept up: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("Lanes could not be kept up", e);
    }
  }

  private void renewLeases() {
    List<LaneStart> held = localLanes.starts();
    if (held.isEmpty()) {
      return;
    }
    long askedAtNanos = System.nanoTime();
    Set<LaneStart> renewed = new HashSet<>(lanes.renew(held, settings.lease()));
    // Read after the renewal: whoever changed a webhook before it may rely on that
    // (WebhookChanges).
    findChanges();
    Set<LaneStart> asked = new HashSet<>(held);
    localLanes.forEach(
        (start, lane) -> {
          if (renewed.contains(start)) {
            lane.lease().renewed(askedAtNanos, settings.lease());
          } else if (asked.contains(start)) {
            lane.lease().lose();
            lane.tell(new Stop(STOP_PATIENCE));
          }
        });
  }

  /** Tells the lanes of changes whose messages were lost. */
  private void findChanges() {
    Map<WebhookId, Instant> versions = webhooks.versions(localLanes.webhooks());
    localLanes.forEach(
        (_, lane) -> {
          Webhook known = lane.webhook().now();
          Instant version = versions.get(known.id());
          if (version != null && version.isAfter(known.updatedAt())) {
            findChange(known.id(), lane);
          }
        });
  }

  private void findChange(WebhookId webhook, DeliveryLane lane) {
    try {
      webhooks.find(webhook).ifPresent(localLanes::changed);
    } catch (DecryptionException e) {
      // Another server has a key that this one has not: no reason to lose the lanes of others.
      log.error("The lane of webhook {} ends: {}", webhook, e.getMessage());
      lane.lease().lose();
      lane.tell(new Stop(STOP_PATIENCE));
    }
  }

  /**
   * Tells idle lanes of what another server, or a program, made and nobody told them of, as when a
   * message is lost. One that was idle for a moment may have it already, and so is not to look
   * through more than the last seconds.
   */
  private void lookForMissed() {
    List<WebhookId> idle = new ArrayList<>();
    localLanes.forEach(
        (start, lane) -> {
          if (lane.isIdle()) {
            idle.add(start.webhookId());
          }
        });
    long now = System.nanoTime();
    if (!idle.isEmpty()) {
      Duration within = LaneBacklog.LATEST_COMMIT.plusNanos(now - lookedNanos);
      tellInTurn(deliveries.dueAmong(idle, within));
    }
    lookedNanos = now;
  }

  private void tellInTurn(List<WebhookId> webhooks) {
    // Of this round alone: a lane that has just ended does not give its place back.
    Places looks = new Places(Runtime.getRuntime().availableProcessors());
    Deadline patience = new Deadline(LOOKS_PATIENCE);
    try {
      for (WebhookId webhook : webhooks) {
        long nanos = Math.min(LOOK_PATIENCE.toNanos(), patience.nanosLeft());
        Place place = looks.take(Duration.ofNanos(nanos));
        if (!localLanes.tell(webhook, new LookBack(place))) {
          place.close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void markSending() {
    List<RunningAttempt> running = new ArrayList<>();
    localLanes.forEach(
        (_, lane) -> {
          // Without its lease the rows are another's to mark.
          if (lane.lease().isHeld()) {
            running.addAll(lane.attempts().newlyOlderThan(settings.markSendingAfter()));
          }
        });
    if (!running.isEmpty()) {
      show(running);
    }
  }

  private void show(List<RunningAttempt> running) {
    try {
      deliveries.markSending(running);
    } catch (DataAccessException e) {
      localLanes.forEach((_, lane) -> lane.attempts().notShown(running));
      throw e;
    }
  }
}
