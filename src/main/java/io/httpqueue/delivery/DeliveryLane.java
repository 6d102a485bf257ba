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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
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
    /** Its webhook's deliveries wait until its owner says otherwise. */
    HELD,
    /** It was told to stop, or lost its lease. */
    STOPPED
  }

  private static final Duration LOOK_AGAIN_EVERY = Duration.ofSeconds(5);
  private static final Duration HANDOVER_PATIENCE = Duration.ofSeconds(1);
  private static final Duration HICCUP_PAUSE = Duration.ofMillis(500);
  private static final Duration INTERRUPT_AGAIN_EVERY = Duration.ofSeconds(1);

  /**
   * Longer than any attempt may take: what another server may send as well is not broken off for
   * that.
   */
  private static final Duration FULL_PATIENCE = Duration.ofMinutes(10);

  private final AtomicReference<Webhook> webhook;
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
  private Deadline lookAgain = new Deadline(LOOK_AGAIN_EVERY);

  DeliveryLane(
      Webhook webhook,
      LaneBacklog backlog,
      LaneLease lease,
      AttemptRunner runner,
      EventContents contents,
      OutcomeWriter outcomes,
      DeliverySettings settings) {
    this.webhook = new AtomicReference<>(webhook);
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

  /** How the webhook stands, as far as this lane knows. */
  Webhook webhook() {
    return webhook.get();
  }

  /** Has every attempt that begins from now on go by how the webhook stands; never blocks. */
  void changed(Webhook now) {
    Webhook before =
        webhook.getAndUpdate(known -> now.updatedAt().isAfter(known.updatedAt()) ? now : known);
    if (now.updatedAt().isAfter(before.updatedAt())) {
      tell(new LookAgain());
    }
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
      finish();
    }
  }

  private End deliver(BooleanSupplier mayHandOver) throws InterruptedException {
    Deadline turn = new Deadline(settings.turn());
    Deadline idle = new Deadline(settings.linger());
    while (true) {
      handleMessages();
      if (stop != null || !lease.isHeld()) {
        return End.STOPPED;
      }
      if (turn.isOver()) {
        if (mayHandOver.getAsBoolean() && settlesSoon()) {
          return End.HANDED_OVER;
        }
        turn = new Deadline(settings.turn());
      }
      if (webhook().isHeld()) {
        // What is in flight may last; if the webhook is resumed before, the lane goes on.
        backlog.dropReady();
        if (inFlight == 0 && backlog.isSettled()) {
          return End.HELD;
        }
        await(LOOK_AGAIN_EVERY.toNanos());
        continue;
      }
      work();
      if (!backlog.isSettled()) {
        idle = new Deadline(settings.linger());
      } else if (idle.isOver() && mailbox.isEmpty()) {
        return End.IDLE;
      }
      Deadline next = backlog.isSettled() ? idle : lookAgain;
      await(Math.min(next.nanosLeft(), backlog.nanosToRetry().orElse(Long.MAX_VALUE)));
    }
  }

  private void work() throws InterruptedException {
    try {
      if (lookAgain.isOver()) {
        backlog.rewind();
        lookAgain = new Deadline(LOOK_AGAIN_EVERY);
      }
      backlog.refill();
      dispatch();
    } catch (DataAccessException e) {
      // A hiccup of Postgres costs a moment; a longer absence costs the lease, which ends the lane.
      await(HICCUP_PAUSE.toNanos());
      lookAgain = new Deadline(Duration.ZERO);
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
      Map<UUID, EventContent> found = load(due);
      due.forEach(delivery -> dispatch(delivery, found.get(delivery.eventId())));
    }
  }

  private Map<UUID, EventContent> load(List<DueDelivery> due) {
    try {
      return contents.load(due.stream().map(DueDelivery::eventId).distinct().toList());
    } catch (DataAccessException e) {
      // They are not under way; a lane that waited for them would never end.
      due.forEach(delivery -> backlog.settled(delivery.id(), null));
      throw e;
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

  /** Runs on a thread of its own. Whatever happens, the lane is told that the attempt is over. */
  private void attempt(DueDelivery delivery, EventContent content) {
    Outcome outcome = null;
    attempts.started(delivery);
    try {
      // Both are looked at here once more: the thread may have waited for its processor.
      Webhook now = webhook();
      if (lease.isHeld() && !now.isHeld()) {
        outcome = runner.run(delivery, content, now);
      }
    } finally {
      attempts.ended(delivery);
      if (outcome == null) {
        tell(new Settled(delivery.id(), null));
      } else {
        record(outcome);
      }
      tell(new AttemptEnded());
    }
  }

  private void record(Outcome outcome) {
    var _ =
        outcomes
            .write(outcome)
            .whenComplete((_, _) -> tell(new Settled(outcome.deliveryId(), outcome.retryAfter())));
  }

  /** Waits for what is in flight, until it is told to be impatient. Reads nothing more. */
  private void finish() throws InterruptedException {
    backlog.dropReady();
    Stop heeded = null;
    Deadline deadline = new Deadline(FULL_PATIENCE);
    while (inFlight > 0 || !backlog.isSettled()) {
      if (stop != null && !stop.equals(heeded)) {
        heeded = stop;
        deadline = new Deadline(stop.patience());
      }
      if (deadline.isOver()) {
        attempts.interrupt();
        deadline = new Deadline(INTERRUPT_AGAIN_EVERY);
      }
      await(deadline.nanosLeft());
      handleMessages();
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
      case LookAgain _ -> lookAgain = new Deadline(Duration.ZERO);
      case AttemptEnded _ -> inFlight--;
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
