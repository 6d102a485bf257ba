package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneMessage.AttemptEnded;
import io.httpqueue.delivery.LaneMessage.Cancelled;
import io.httpqueue.delivery.LaneMessage.HandedOver;
import io.httpqueue.delivery.LaneMessage.LookAgain;
import io.httpqueue.delivery.LaneMessage.LookBack;
import io.httpqueue.delivery.LaneMessage.NewDeliveries;
import io.httpqueue.delivery.LaneMessage.NotMade;
import io.httpqueue.delivery.LaneMessage.ReceiverIsWell;
import io.httpqueue.delivery.LaneMessage.Settled;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.delivery.Places.Place;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Works on one webhook's due deliveries while it holds the lane's lease: a pipeline with at most
 * {@code max_in_flight} requests at once. One thread decides; requests run on virtual threads of
 * their own and report to its mailbox.
 */
final class DeliveryLane {

  /** How a lane's run ended. */
  enum End {
    /** Nothing was due for a while. */
    IDLE,
    /** It has had its turn, and more may be due. */
    HANDED_OVER,
    /** Nothing may be sent for a while. */
    WAITING,
    /** Its webhook's deliveries are to wait until its owner says otherwise. */
    HELD,
    /** Its webhook has another order than the one that it was started with. */
    REORDERED,
    /** It was told to stop, or lost its lease. */
    STOPPED
  }

  private static final Logger log = LoggerFactory.getLogger(DeliveryLane.class);

  private static final Duration LONG_REST = Duration.ofSeconds(1);
  private static final Duration HANDOVER_PATIENCE = Duration.ofSeconds(1);
  private static final Duration HICCUP_PAUSE = Duration.ofMillis(500);
  private static final Duration INTERRUPT_AGAIN_EVERY = Duration.ofSeconds(1);

  /** A lane that has to wait for longer ends, and is woken when it is over. */
  private static final Duration LONG_WAIT = Duration.ofSeconds(5);

  /** How often a lane that the server is too full for looks whether it still is. */
  private static final Duration CROWDED_PAUSE = Duration.ofMillis(100);

  /**
   * Longer than any attempt may take: what another server may send as well is not broken off for
   * that.
   */
  private static final Duration FULL_PATIENCE = Duration.ofMinutes(10);

  private final LaneStart start;
  private final WebhookState webhook;
  private final LaneBacklog backlog;
  private final LaneLease lease;
  private final LanePace pace;
  private final LaneDispatch dispatch;
  private final LookBehind lookBehind;
  private final LaneReports reports;
  private final LaneServices services;

  private final BlockingQueue<LaneMessage> mailbox = new LinkedBlockingQueue<>();
  private final DeliveryPolicy startedWith;
  private Webhook heeded;
  private @Nullable Stop stop;
  private Deadline turn;
  private volatile boolean idle;

  DeliveryLane(
      LaneStart start,
      WebhookState webhook,
      LaneBacklog backlog,
      LaneLease lease,
      LanePace pace,
      LaneDispatch dispatch,
      LaneServices services) {
    this.start = start;
    this.webhook = webhook;
    this.heeded = webhook.now();
    this.startedWith = heeded.policy();
    this.backlog = backlog;
    this.lease = lease;
    this.pace = pace;
    this.dispatch = dispatch;
    this.lookBehind = new LookBehind(backlog);
    this.reports = new LaneReports(start, webhook, pace, services);
    this.services = services;
    this.turn = new Deadline(services.settings().turn());
    dispatch.reportTo(this::tell);
  }

  WebhookState webhook() {
    return webhook;
  }

  LaneLease lease() {
    return lease;
  }

  /** Whether it waits to be told of something to do, and does not look by itself. */
  boolean isIdle() {
    return idle;
  }

  InFlightAttempts attempts() {
    return dispatch.attempts();
  }

  /** What the next lane has to know. To be asked once this one has ended. */
  LaneCondition condition() {
    return pace.condition(System.nanoTime());
  }

  /** Tells the lane something; never blocks. */
  void tell(LaneMessage message) {
    mailbox.add(message);
  }

  /**
   * Delivers until nothing has been due for the linger time, the turn is over, nothing may be sent
   * for a while, or the lane is stopped; when it returns, nothing is in flight and all outcomes are
   * committed.
   *
   * @param mayHandOver whether there are others to share the work with
   * @param started run each time it has sent what it could
   */
  End run(BooleanSupplier mayHandOver, Runnable started) throws InterruptedException {
    try {
      return deliver(mayHandOver, started);
    } finally {
      finish();
    }
  }

  private End deliver(BooleanSupplier mayHandOver, Runnable started) throws InterruptedException {
    while (true) {
      handleMessages();
      if (stop != null || !lease.isHeld()) {
        return End.STOPPED;
      }
      if (reports.disableIfOver()) {
        return End.HELD;
      }
      if (turn.isOver()) {
        if (isEndOfTurn(mayHandOver)) {
          return End.HANDED_OVER;
        }
        beginTurn();
      }
      if (isReordered()) {
        return End.REORDERED;
      }
      if (webhook.now().isHeld()) {
        takeBack(backlog.dropReady());
        if (backlog.isSettled() && dispatch.inFlight() == 0) {
          return End.HELD;
        }
        lookBehind.letOthersLook();
        // What is in flight may last; if the webhook is resumed before, the lane goes on.
        await(LookBehind.EVERY.toNanos());
        continue;
      }
      work();
      started.run();
      lookBehind.letOthersLook();
      if (waitsForLong()) {
        return End.WAITING;
      }
      if (dispatch.sleepUntilTurn()) {
        // To be woken by all that ends meanwhile would cost more than it is worth.
        continue;
      }
      if (!backlog.isSettled() || hasMoreToRead()) {
        await(nanosToNextStep());
      } else if (!linger()) {
        return End.IDLE;
      }
    }
  }

  /**
   * Waits for something to do. What nobody tells it of is looked for by {@link LaneUpkeep}
   * meanwhile, for all idle lanes at once.
   *
   * @return false if it has waited for long enough
   */
  private boolean linger() throws InterruptedException {
    long since = System.nanoTime();
    idle = true;
    dispatch.rest();
    try {
      boolean told = false;
      while (!told && lease.isHeld() && backlog.nanosToRetry().orElse(Long.MAX_VALUE) > 0) {
        long idleNanos = System.nanoTime() - since;
        if (mailbox.isEmpty() && services.queue().isToLeave(idleNanos)) {
          return false;
        }
        long nanos = services.queue().nanosToAskAgain(idleNanos);
        told = await(Math.min(nanos, backlog.nanosToRetry().orElse(nanos)));
        if (!told) {
          backlog.rested();
        }
      }
      return true;
    } finally {
      idle = false;
      dispatch.resume();
      restedFor(System.nanoTime() - since);
    }
  }

  private void restedFor(long nanos) {
    lookBehind.rested(nanos);
    if (nanos > LONG_REST.toNanos()) {
      pace.rested();
      // It has next to nothing to share with others.
      beginTurn();
    }
  }

  private void beginTurn() {
    turn = new Deadline(services.settings().turn());
  }

  private void work() throws InterruptedException {
    try {
      reports.tell();
      lookBehind.lookIfDue();
      backlog.refill();
      heedChange();
      dispatch.sendReady();
    } catch (DataAccessException e) {
      // A hiccup of Postgres costs a moment; a longer absence costs the lease, which ends the lane.
      await(HICCUP_PAUSE.toNanos());
      lookBehind.again();
    }
  }

  private void heedChange() {
    Webhook now = webhook.now();
    if (!now.updatedAt().equals(heeded.updatedAt())) {
      pace.changed(now.policy(), System.nanoTime());
      heeded = now;
    }
  }

  private boolean isReordered() {
    DeliveryPolicy now = webhook.now().policy();
    return startedWith.ordering() != now.ordering()
        || startedWith.whenHeadFails() != now.whenHeadFails();
  }

  /** Whether it has nothing in flight, and may send nothing for long. */
  private boolean waitsForLong() {
    return backlog.hasReady()
        && backlog.hasOnlyReady()
        && dispatch.inFlight() == 0
        && pace.nanosToStart(System.nanoTime()) > LONG_WAIT.toNanos();
  }

  private boolean hasMoreToRead() {
    return lookBehind.isToLook() || backlog.hasMoreToRead();
  }

  private long nanosToNextStep() {
    if (hasMoreToRead()) {
      return 0;
    }
    long nanos = Math.min(lookBehind.nanosLeft(), backlog.nanosToRetry().orElse(Long.MAX_VALUE));
    if (backlog.hasReady()) {
      long wait = pace.nanosToStart(System.nanoTime());
      nanos = wait > 0 ? Math.min(nanos, wait) : nanos;
      nanos = dispatch.isCrowdedOut() ? Math.min(nanos, CROWDED_PAUSE.toNanos()) : nanos;
    }
    return nanos;
  }

  /** Waits for what is in flight, until it is told to be impatient. Reads nothing more. */
  private void finish() throws InterruptedException {
    lookBehind.end();
    backlog.close();
    takeBack(backlog.dropReady());
    Stop heeded = null;
    Deadline deadline = new Deadline(FULL_PATIENCE);
    while (dispatch.inFlight() > 0 || !backlog.isSettled()) {
      if (stop != null && !stop.equals(heeded)) {
        heeded = stop;
        deadline = new Deadline(stop.patience());
      }
      if (deadline.isOver()) {
        attempts().interrupt();
        deadline = new Deadline(INTERRUPT_AGAIN_EVERY);
      }
      await(deadline.nanosLeft());
      handleMessages();
    }
  }

  /** What was claimed by a write, and never sent, has not used up an attempt. */
  private void takeBack(List<DueDelivery> dropped) {
    List<DueDelivery> claimed = dropped.stream().filter(DueDelivery::claimed).toList();
    if (claimed.isEmpty() || !lease.isHeld()) {
      return;
    }
    try {
      services.keys().takeBack(start, claimed);
    } catch (DataAccessException e) {
      log.debug(
          "Attempts of webhook {} count that were not made: {}", start.webhookId(), e.getMessage());
    }
  }

  /**
   * Whether others are to have their turn. With another server, only if what is in flight settles
   * in a moment: a slow receiver's lane stays where it is. With others that wait for a place on
   * this one, in any case.
   */
  private boolean isEndOfTurn(BooleanSupplier mayHandOver) throws InterruptedException {
    return services.queue().isCrowded() || (mayHandOver.getAsBoolean() && settlesSoon());
  }

  private boolean settlesSoon() throws InterruptedException {
    Deadline deadline = new Deadline(HANDOVER_PATIENCE);
    while (!backlog.hasOnlyReady() && !deadline.isOver()) {
      await(deadline.nanosLeft());
      handleMessages();
    }
    return backlog.hasOnlyReady();
  }

  private void handleMessages() {
    for (LaneMessage message = mailbox.poll(); message != null; message = mailbox.poll()) {
      handle(message);
    }
  }

  private void handle(LaneMessage message) {
    switch (message) {
      case NewDeliveries made -> backlog.firstAttemptsFrom(made.from());
      case HandedOver handed -> backlog.takeOver(handed.deliveries());
      case LookAgain _ -> lookBehind.again();
      case LookBack(Place place) -> lookBehind.soon(place);
      case Cancelled cancelled -> backlog.drop(cancelled.deliveryId());
      case AttemptEnded ended -> dispatch.ended(ended);
      case ReceiverIsWell _ -> pace.reset(System.nanoTime());
      case Settled settled -> backlog.settled(settled.deliveryId(), settled.retryAfter());
      case NotMade(DueDelivery delivery) -> {
        takeBack(List.of(delivery));
        backlog.notMade(delivery);
      }
      case Stop asked -> stop = asked;
    }
  }

  /** Waits for a message, and heeds it; false if none came. */
  private boolean await(long nanos) throws InterruptedException {
    LaneMessage message = mailbox.poll(nanos, TimeUnit.NANOSECONDS);
    if (message != null) {
      handle(message);
    }
    return message != null;
  }
}
