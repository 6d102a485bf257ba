package io.httpqueue.delivery;

import io.httpqueue.delivery.DeliveryLane.End;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.delivery.LaneRepository.Acquired;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Runs lanes on this server: from taking the lease to giving it up. Thread-safe. */
@Component
public class DeliveryLanes {

  private static final Logger log = LoggerFactory.getLogger(DeliveryLanes.class);
  private static final int CANCEL_BATCH = 5_000;

  private final WebhookRegistry webhooks;
  private final LaneRepository lanes;
  private final DueDeliveryRepository deliveries;
  private final LocalLanes localLanes;
  private final LaneWaker waker;
  private final LaneStarter starter;
  private final AttemptRunner runner;
  private final EventContents contents;
  private final OutcomeWriter outcomes;
  private final DeliverySettings settings;

  DeliveryLanes(
      WebhookRegistry webhooks,
      LaneRepository lanes,
      DueDeliveryRepository deliveries,
      LocalLanes localLanes,
      LaneWaker waker,
      LaneStarter starter,
      AttemptRunner runner,
      EventContents contents,
      OutcomeWriter outcomes,
      DeliverySettings settings) {
    this.webhooks = webhooks;
    this.lanes = lanes;
    this.deliveries = deliveries;
    this.localLanes = localLanes;
    this.waker = waker;
    this.starter = starter;
    this.runner = runner;
    this.contents = contents;
    this.outcomes = outcomes;
    this.settings = settings;
  }

  /**
   * Runs a lane until nothing is due, its turn is over, or it loses its place. Does nothing if
   * another wake has come since the one that asked for it. Blocks as long as the lane runs.
   */
  public void run(LaneStart start) throws InterruptedException {
    if (localLanes.count() >= settings.maxLanes()) {
      // The sweep has it started again, here or on a server that has room.
      lanes.cancelStart(start);
      return;
    }
    long askedAtNanos = System.nanoTime();
    Optional<Acquired> acquired = lanes.acquire(start, settings.lease());
    if (acquired.isEmpty()) {
      return;
    }
    try {
      End end = deliver(start, acquired.get(), new LaneLease(askedAtNanos, settings.lease()));
      giveUp(start, end);
    } catch (DataAccessException e) {
      // What it had in flight is settled. If even the lease cannot be given up it runs out by
      // itself; the sweep wakes the
      // lane when Postgres is back.
      log.info(
          "The lane of webhook {} ended early: {}",
          start.webhookId(),
          e.getMostSpecificCause().getMessage());
      releaseIfPossible(start);
    }
  }

  private void releaseIfPossible(LaneStart start) {
    try {
      lanes.release(start);
    } catch (DataAccessException e) {
      log.debug("The lease of webhook {} runs out: {}", start.webhookId(), e.getMessage());
    }
  }

  private End deliver(LaneStart start, Acquired acquired, LaneLease lease)
      throws InterruptedException {
    Webhook webhook =
        webhooks
            .find(start.webhookId())
            .orElseThrow(() -> new IllegalStateException("no webhook " + start.webhookId()));
    if (webhook.deletedAt() != null) {
      cancelAll(start.webhookId(), lease);
      return End.IDLE;
    }
    deliveries.recoverInterrupted(start);
    if (webhook.isHeld()) {
      return End.HELD;
    }
    LaneBacklog backlog =
        new LaneBacklog(
            start.webhookId(),
            deliveries,
            Math.max(settings.readBatch(), 2 * settings.maxInFlight()));
    if (acquired.interrupted()) {
      backlog.add(deliveries.claimSuspects(start, settings.maxInFlight()));
    }
    backlog.lookForRetries();
    DeliveryLane lane =
        new DeliveryLane(webhook, backlog, lease, runner, contents, outcomes, settings);
    if (!localLanes.add(start, lane)) {
      return End.STOPPED;
    }
    try {
      // A change or a stop that came before the lane could be told is found here.
      webhooks.find(start.webhookId()).ifPresent(lane::changed);
      if (lanes.renew(List.of(start), settings.lease()).isEmpty()) {
        lease.lose();
      }
      return lane.run(() -> starter.servers() > 1);
    } finally {
      localLanes.remove(lane);
    }
  }

  /**
   * After the lease is given up whatever was committed before is looked for, so that no wake-up is
   * lost.
   */
  private void giveUp(LaneStart start, End end) {
    if (!lanes.release(start)) {
      return;
    }
    if (!deliveries.isDue(start.webhookId())) {
      deliveries
          .nextRetry(start.webhookId())
          .ifPresent(delay -> waker.wakeIn(start.webhookId(), delay));
    } else if (end == End.IDLE) {
      waker.wakeSleeping(List.of(start.webhookId()));
    } else {
      waker.wakeAnywhere(start.webhookId());
    }
  }

  private void cancelAll(WebhookId webhook, LaneLease lease) {
    while (lease.isHeld() && deliveries.cancel(webhook, CANCEL_BATCH) > 0) {}
  }

  /**
   * Stops every lane of this server and gives their leases up, so that other servers take them at
   * once. Returns when all have ended; those that begin meanwhile end at once.
   *
   * @param grace how long what is in flight may go on
   */
  public void stopAll(Duration grace) throws InterruptedException {
    localLanes.close(new Stop(grace));
  }

  /**
   * Ends the lanes that run now, and lets new ones start.
   *
   * @param grace how long what is in flight may go on
   */
  public void endAll(Duration grace) {
    localLanes.tellAll(new Stop(grace));
  }

  /** How many lanes run on this server. */
  public int active() {
    return localLanes.count();
  }

  /** The webhooks whose lanes run on this server. */
  public Collection<WebhookId> activeWebhooks() {
    return localLanes.webhooks();
  }
}
