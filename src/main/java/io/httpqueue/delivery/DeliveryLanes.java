package io.httpqueue.delivery;

import io.httpqueue.delivery.DeliveryLane.End;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.delivery.LaneRepository.Acquired;
import io.httpqueue.delivery.Places.Place;
import io.httpqueue.encryption.DecryptionException;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookSigner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Runs lanes on this server: from taking the lease to giving it up. Thread-safe. */
@Component
public class DeliveryLanes {

  private static final Logger log = LoggerFactory.getLogger(DeliveryLanes.class);
  private static final int CANCEL_BATCH = 5_000;

  /** The longest time for which the sweep leaves an ordered webhook alone that has nothing due. */
  private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);

  private final LaneServices services;
  private final LaneRepository lanes;
  private final LocalLanes localLanes;
  private final LaneWaker waker;
  private final LaneStarter starter;

  /** Thousands may be turned away at once, and are not to keep others from Postgres. */
  private final Semaphore rejections = new Semaphore(4);

  DeliveryLanes(
      LaneServices services,
      LaneRepository lanes,
      LocalLanes localLanes,
      LaneWaker waker,
      LaneStarter starter) {
    this.services = services;
    this.lanes = lanes;
    this.localLanes = localLanes;
    this.waker = waker;
    this.starter = starter;
  }

  /** What a lane has from its start to its end, and the place that it has for its start alone. */
  private record Held(
      LaneStart start, Acquired acquired, LaneLease lease, FairShare.Share share, Place place) {}

  /**
   * How a lane ended.
   *
   * @param condition null where the lane learnt nothing
   * @param readUpTo the id up to which an ordered webhook's deliveries were read; null for others
   * @param nextRetry until when an ordered webhook's lane found nothing to do
   */
  private record Ended(
      End end, @Nullable LaneCondition condition, @Nullable UUID readUpTo, Duration nextRetry) {

    static Ended early(End end) {
      return new Ended(end, null, null, Duration.ZERO);
    }
  }

  /**
   * Runs a lane until nothing is due, its turn is over, or it loses its place. Does nothing if
   * another wake has come since the one that asked for it. Blocks as long as the lane runs.
   */
  public void run(LaneStart start) throws InterruptedException {
    if (!services.queue().enter(start.webhookId(), System.nanoTime())) {
      turnAway(start);
      return;
    }
    try (Place place = services.starts().begin()) {
      acquireAndRun(start, place);
    } finally {
      callNext();
    }
  }

  /** Those that end call it, or the sweep has it started, here or on a server that has room. */
  private void turnAway(LaneStart start) throws InterruptedException {
    rejections.acquire();
    try {
      lanes.cancelStart(start);
      // A place that became free before that was offered to it in vain.
      if (services.queue().hasRoomFor(start.webhookId())) {
        waker.wakeSleeping(List.of(start.webhookId()));
      }
    } catch (DataAccessException e) {
      log.debug("The start of webhook {} runs out: {}", start.webhookId(), e.getMessage());
    } finally {
      rejections.release();
    }
  }

  private void acquireAndRun(LaneStart start, Place place) throws InterruptedException {
    long askedAtNanos = System.nanoTime();
    Duration lease = services.settings().lease();
    Optional<Acquired> acquired = lanes.acquire(start, lease);
    if (acquired.isEmpty()) {
      return;
    }
    try (FairShare.Share share = services.fairShare().join()) {
      LaneLease held = new LaneLease(askedAtNanos, lease);
      giveUp(start, deliver(new Held(start, acquired.get(), held, share, place)));
    } catch (DataAccessException e) {
      // What it had in flight is settled. If even the lease cannot be given up it runs out by
      // itself; the sweep wakes the lane when Postgres is back.
      log.info(
          "The lane of webhook {} ended early: {}",
          start.webhookId(),
          e.getMostSpecificCause().getMessage());
      releaseIfPossible(start);
    } catch (DecryptionException e) {
      // The sweep has it started again, perhaps on a server that has the key.
      log.error("The lane of webhook {} cannot start: {}", start.webhookId(), e.getMessage());
      releaseIfPossible(start);
    }
  }

  private void callNext() {
    List<WebhookId> next = services.queue().leave();
    if (!next.isEmpty()) {
      try {
        waker.wakeSleeping(next);
      } catch (DataAccessException e) {
        log.debug("The sweep will wake {} lanes: {}", next.size(), e.getMessage());
      }
    }
  }

  private void releaseIfPossible(LaneStart start) {
    try {
      lanes.release(start);
    } catch (DataAccessException e) {
      log.debug("The lease of webhook {} runs out: {}", start.webhookId(), e.getMessage());
    }
  }

  private Ended deliver(Held held) throws InterruptedException {
    LaneStart start = held.start();
    Webhook webhook =
        services
            .webhooks()
            .find(start.webhookId())
            .orElseThrow(() -> new IllegalStateException("no webhook " + start.webhookId()));
    if (webhook.isDeleted()) {
      cancelAll(start.webhookId(), held.lease());
      return Ended.early(End.IDLE);
    }
    if (webhook.isHeld()) {
      recoverInterrupted(start, webhook);
      return Ended.early(End.HELD);
    }
    // Read now, when no attempt can be lost to a Postgres that is away.
    var _ = services.identities().of(webhook);
    try (WebhookSigner signer = services.signers().open(start.webhookId())) {
      return deliver(held, webhook, signer);
    }
  }

  private void recoverInterrupted(LaneStart start, Webhook webhook) {
    boolean block = webhook.policy().whenHeadFails() == HeadFailure.BLOCK;
    services.recorded().ended(webhook, services.deliveries().recoverInterrupted(start, block));
  }

  private Ended deliver(Held held, Webhook webhook, WebhookSigner signer)
      throws InterruptedException {
    LaneStart start = held.start();
    Acquired acquired = held.acquired();
    recoverInterrupted(start, webhook);
    boolean block = webhook.policy().whenHeadFails() == HeadFailure.BLOCK;
    boolean ordered = webhook.policy().ordering() != Ordering.NONE;
    LanePace pace = pace(webhook, acquired);
    LaneBacklog backlog =
        new LaneBacklog(
            webhook.id(),
            acquired.since(),
            services.deliveries(),
            ordered ? new KeyOrder(webhook.id(), services.keys(), block) : null,
            Math.max(services.settings().readBatch(), 2 * pace.maxInFlight()));
    if (acquired.interrupted()) {
      claimSuspects(start, backlog, ordered, pace.maxInFlight());
    }
    backlog.lookForRetries();
    WebhookState state = new WebhookState(webhook);
    LaneLease lease = held.lease();
    LaneDispatch dispatch =
        new LaneDispatch(state, signer, lease, backlog, pace, held.share(), services);
    DeliveryLane lane = new DeliveryLane(start, state, backlog, lease, pace, dispatch, services);
    End end = run(held, lane);
    return new Ended(
        end,
        lane.condition(),
        ordered ? backlog.readUpTo() : null,
        backlog.nanosToRetry().map(Duration::ofNanos).orElse(LONGEST_QUIET));
  }

  private LanePace pace(Webhook webhook, Acquired acquired) {
    LaneCondition before = acquired.condition();
    return new LanePace(
        webhook.policy(),
        services.settings().maxInFlight(),
        services.breaker(),
        acquired.interrupted() ? before.withEmptyBucket() : before,
        System.nanoTime());
  }

  private void claimSuspects(LaneStart start, LaneBacklog backlog, boolean ordered, int limit) {
    if (!ordered) {
      backlog.addClaimed(services.deliveries().claimSuspects(start, limit));
      return;
    }
    // Only what may start now can have been under way.
    backlog.lookForRetries();
    backlog.refill();
    List<UUID> suspects = new ArrayList<>();
    for (DueDelivery due = backlog.poll(); due != null; due = backlog.poll()) {
      if (suspects.size() < limit) {
        suspects.add(due.id());
      }
      backlog.notMade(due);
    }
    if (!suspects.isEmpty()) {
      backlog.addClaimed(services.keys().claim(start, suspects));
    }
  }

  private End run(Held held, DeliveryLane lane) throws InterruptedException {
    LaneStart start = held.start();
    if (!localLanes.add(start, lane)) {
      return End.STOPPED;
    }
    try {
      // A change or a stop that came before the lane could be told is found here.
      services.webhooks().find(start.webhookId()).ifPresent(lane.webhook()::changed);
      if (lanes.renew(List.of(start), services.settings().lease()).isEmpty()) {
        lane.lease().lose();
      }
      return lane.run(() -> starter.servers() > 1, held.place()::close);
    } finally {
      localLanes.remove(lane);
    }
  }

  /**
   * After the lease is given up whatever was committed before is looked for, so that no wake-up is
   * lost.
   */
  private void giveUp(LaneStart start, Ended ended) {
    if (!release(start, ended)) {
      return;
    }
    WebhookId webhook = start.webhookId();
    LaneCondition condition = ended.condition();
    Duration wait = condition == null ? Duration.ZERO : condition.waitsFor();
    // Whoever resumed the webhook meanwhile may have found this lane still in its place, so it is
    // woken even if it was held; one that is held still is left alone.
    if (wait.isPositive()) {
      // Whether or not anything is due: what comes meanwhile cannot wake the lane.
      waker.wakeIn(webhook, wait);
    } else if (!isDue(webhook, ended)) {
      services.deliveries().nextRetry(webhook).ifPresent(delay -> waker.wakeIn(webhook, delay));
    } else if (ended.end() == End.IDLE) {
      waker.wakeSleeping(List.of(webhook));
    } else {
      waker.wakeAnywhere(List.of(webhook));
    }
  }

  private boolean release(LaneStart start, Ended ended) {
    LaneCondition condition = ended.condition();
    if (condition == null) {
      return lanes.release(start);
    }
    boolean quiet = ended.end() == End.IDLE && ended.readUpTo() != null;
    Duration until =
        ended.nextRetry().compareTo(LONGEST_QUIET) < 0 ? ended.nextRetry() : LONGEST_QUIET;
    return lanes.release(start, condition, quiet ? until : Duration.ZERO);
  }

  private boolean isDue(WebhookId webhook, Ended ended) {
    UUID readUpTo = ended.readUpTo();
    return (readUpTo == null || ended.end() != End.IDLE)
        ? services.deliveries().isDue(webhook)
        : services.keys().isDueAfter(webhook, readUpTo);
  }

  private void cancelAll(WebhookId webhook, LaneLease lease) {
    int cancelled = 1;
    while (cancelled > 0 && lease.isHeld()) {
      cancelled = services.deliveries().cancel(webhook, CANCEL_BATCH);
      services.stats().cancelled(webhook, cancelled);
    }
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
