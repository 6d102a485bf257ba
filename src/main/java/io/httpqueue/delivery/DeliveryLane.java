package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneMessage.AttemptEnded;
import io.httpqueue.delivery.LaneMessage.LookAgain;
import io.httpqueue.delivery.LaneMessage.NewDeliveries;
import io.httpqueue.delivery.LaneMessage.Settled;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.webhook.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
    /** It was told to stop, or lost its lease. */
    STOPPED
  }

  private static final Duration LOOK_AGAIN_EVERY = Duration.ofSeconds(5);
  private static final Duration HANDOVER_PATIENCE = Duration.ofSeconds(1);
  private static final Duration INTERRUPT_AGAIN_EVERY = Duration.ofSeconds(1);

  /**
   * Longer than any attempt may take: what another server may send as well is not broken off for
   * that.
   */
  private static final Duration FULL_PATIENCE = Duration.ofMinutes(10);

  private final Webhook webhook;
  private final LaneBacklog backlog;
  private final LaneLease lease;
  private final AttemptRunner runner;
  private final EventContents contents;
  private final OutcomeWriter outcomes;
  private final DeliverySettings settings;

  private final BlockingQueue<LaneMessage> mailbox = new LinkedBlockingQueue<>();
  private final InFlightAttempts attempts = new InFlightAttempts();
  private int inFlight;
  private @Nullable Stop stop;

  DeliveryLane(
      Webhook webhook,
      LaneBacklog backlog,
      LaneLease lease,
      AttemptRunner runner,
      EventContents contents,
      OutcomeWriter outcomes,
      DeliverySettings settings) {
    this.webhook = webhook;
    this.backlog = backlog;
    this.lease = lease;
    this.runner = runner;
    this.contents = contents;
    this.outcomes = outcomes;
    this.settings = settings;
  }

  LaneLease lease() {
    return lease;
  }

  InFlightAttempts attempts() {
    return attempts;
  }

  /** Tells the lane something; never blocks. */
  void tell(LaneMessage message) {
    mailbox.add(message);
  }

  /**
   * Delivers until nothing has been due for the linger time, the turn is over, or the lane is
   * stopped; when it returns, nothing is in flight and all outcomes are committed.
   *
   * @param mayHandOver whether there are others to share the work with
   */
  End run(BooleanSupplier mayHandOver) throws InterruptedException {
    try {
      return deliver(mayHandOver);
    } finally {
      finish(stop == null ? FULL_PATIENCE : stop.patience());
    }
  }

  private End deliver(BooleanSupplier mayHandOver) throws InterruptedException {
    Deadline turn = new Deadline(settings.turn());
    Deadline idle = new Deadline(settings.linger());
    Deadline lookAgain = new Deadline(LOOK_AGAIN_EVERY);
    while (true) {
      handleMessages();
      if (stop != null || !lease.isHeld()) {
        return End.STOPPED;
      }
      if (lookAgain.isOver()) {
        backlog.rewind();
        lookAgain = new Deadline(LOOK_AGAIN_EVERY);
      }
      if (turn.isOver()) {
        if (mayHandOver.getAsBoolean() && settlesSoon()) {
          return End.HANDED_OVER;
        }
        turn = new Deadline(settings.turn());
      }
      backlog.refill();
      dispatch();
      if (!backlog.isSettled()) {
        idle = new Deadline(settings.linger());
      } else if (idle.isOver() && mailbox.isEmpty()) {
        return End.IDLE;
      }
      Deadline next = backlog.isSettled() ? idle : lookAgain;
      await(Math.min(next.nanosLeft(), backlog.nanosToRetry().orElse(Long.MAX_VALUE)));
    }
  }

  /** Sends what is ready, as far as there is room. */
  private void dispatch() {
    List<DueDelivery> due = new ArrayList<>();
    while (inFlight + due.size() < settings.maxInFlight()) {
      DueDelivery delivery = backlog.poll();
      if (delivery == null) {
        break;
      }
      if (delivery.isExpired()) {
        record(Outcome.expired(delivery));
      } else {
        due.add(delivery);
      }
    }
    if (!due.isEmpty()) {
      Map<UUID, EventContent> found =
          contents.load(due.stream().map(DueDelivery::eventId).distinct().toList());
      due.forEach(delivery -> dispatch(delivery, found.get(delivery.eventId())));
    }
  }

  private void dispatch(DueDelivery delivery, @Nullable EventContent content) {
    if (content == null) {
      record(Outcome.eventGone(delivery));
      return;
    }
    inFlight++;
    Thread.ofVirtual().start(() -> attempt(delivery, content));
  }

  /** Runs on a thread of its own. */
  private void attempt(DueDelivery delivery, EventContent content) {
    attempts.started(delivery);
    try {
      // The lease is checked here once more: the thread may have waited for its processor.
      if (lease.isHeld()) {
        record(runner.run(delivery, content, webhook));
      } else {
        tell(new Settled(delivery.id(), null));
      }
    } finally {
      attempts.ended(delivery);
      tell(new AttemptEnded());
    }
  }

  private void record(Outcome outcome) {
    var _ =
        outcomes
            .write(outcome)
            .whenComplete((_, _) -> tell(new Settled(outcome.deliveryId(), outcome.retryAfter())));
  }

  private void finish(Duration patience) throws InterruptedException {
    backlog.dropReady();
    Deadline deadline = new Deadline(patience);
    while (inFlight > 0 || !backlog.isSettled()) {
      await(deadline.nanosLeft());
      handleMessages();
      if (inFlight > 0 && deadline.isOver()) {
        attempts.interrupt();
        deadline = new Deadline(INTERRUPT_AGAIN_EVERY);
      }
    }
  }

  /**
   * Waits a moment for what is in flight; false if it takes longer: a slow receiver's lane stays
   * where it is.
   */
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
      case LookAgain again -> backlog.rewind();
      case AttemptEnded ended -> inFlight--;
      case Settled settled -> backlog.settled(settled.deliveryId(), settled.retryAfter());
      case Stop asked -> stop = asked;
    }
  }

  private void await(long nanos) throws InterruptedException {
    LaneMessage message = mailbox.poll(nanos, TimeUnit.NANOSECONDS);
    if (message != null) {
      handle(message);
    }
  }

  /** A moment on the monotonic clock. */
  private record Deadline(long atNanos) {

    Deadline(Duration fromNow) {
      this(System.nanoTime() + fromNow.toNanos());
    }

    boolean isOver() {
      return nanosLeft() == 0;
    }

    long nanosLeft() {
      return Math.max(0, atNanos - System.nanoTime());
    }
  }
}
