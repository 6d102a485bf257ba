package io.httpqueue.delivery;

import io.httpqueue.delivery.EventContents.Loaded;
import io.httpqueue.delivery.LaneMessage.AttemptEnded;
import io.httpqueue.delivery.LaneMessage.NotMade;
import io.httpqueue.delivery.LaneMessage.Settled;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts a lane's attempts, as many as its pace and its share of the server allow. Each runs on a
 * virtual thread of its own, and reports to the lane. Used by the lane's own thread alone.
 */
final class LaneDispatch {

  private final WebhookState webhook;
  private final WebhookSigner signer;
  private final LaneLease lease;
  private final LaneBacklog backlog;
  private final LanePace pace;
  private final FairShare.Share share;
  private final PayloadMemory.Lane memory;
  private final BacklogPace.Lane backlogPace;
  private final LaneServices services;
  private final InFlightAttempts attempts = new InFlightAttempts();
  private Consumer<LaneMessage> lane = message -> {};
  private boolean crowdedOut;
  private boolean heldBack;

  LaneDispatch(
      WebhookState webhook,
      WebhookSigner signer,
      LaneLease lease,
      LaneBacklog backlog,
      LanePace pace,
      FairShare.Share share,
      LaneServices services) {
    this.webhook = webhook;
    this.signer = signer;
    this.lease = lease;
    this.backlog = backlog;
    this.pace = pace;
    this.share = share;
    this.memory = services.payloads().join();
    this.backlogPace = services.backlogPace().join();
    this.services = services;
  }

  /** Where the attempts report to. */
  void reportTo(Consumer<LaneMessage> mailbox) {
    lane = mailbox;
  }

  InFlightAttempts attempts() {
    return attempts;
  }

  int inFlight() {
    return share.own();
  }

  /** The lane has nothing to do for a while, and leaves its share to others. */
  void rest() {
    share.rest();
  }

  /** The lane may have something to do again. */
  void resume() {
    share.resume();
  }

  /**
   * Sleeps until the lane's backlog has its turn, or is to look whether it still waits for one;
   * returns false, and at once, if it does not.
   */
  boolean sleepUntilTurn() throws InterruptedException {
    if (heldBack) {
      backlogPace.sleep(inFlight(), System.nanoTime());
    }
    return heldBack;
  }

  /** Whether the server was too full for more of this lane, or could not have recorded it. */
  boolean isCrowdedOut() {
    return crowdedOut;
  }

  /**
   * A delivery that has a place.
   *
   * @param reserved bytes, for its payload
   */
  private record Taken(DueDelivery delivery, int reserved) {}

  /** Sends what is ready, as far as there is room. */
  void sendReady() {
    List<Taken> due = takeReady();
    while (!due.isEmpty()) {
      send(due, load(due));
      memory.learn();
      due = takeReady();
    }
  }

  /** Takes what may be sent, no more than may be read at once, and ends what is over. */
  private List<Taken> takeReady() {
    List<Taken> due = new ArrayList<>();
    crowdedOut = services.outcomes().isStalled();
    heldBack = false;
    while (!crowdedOut && due.size() < memory.readAtOnce()) {
      DueDelivery next = backlog.peek();
      if (next != null && next.isExpired()) {
        backlog.poll();
        record(next, Outcome.expired(next));
      } else if (next == null || !lets(next, System.nanoTime())) {
        break;
      } else {
        takePlace().ifPresent(reserved -> due.add(start(next, reserved)));
      }
    }
    return due;
  }

  private boolean lets(DueDelivery next, long nowNanos) {
    if (!pace.lets(inFlight(), nowNanos)) {
      return false;
    }
    heldBack = !backlogPace.lets(next, backlog.ready(), nowNanos);
    return !heldBack;
  }

  private OptionalInt takePlace() {
    boolean only = inFlight() == 0;
    OptionalInt reserved = OptionalInt.empty();
    if (share.take()) {
      reserved = memory.reserve(only);
      if (reserved.isEmpty()) {
        share.give();
      }
    }
    crowdedOut = reserved.isEmpty();
    return reserved;
  }

  private Taken start(DueDelivery delivery, int reserved) {
    backlog.poll();
    pace.started(System.nanoTime());
    backlogPace.started();
    return new Taken(delivery, reserved);
  }

  private Loaded load(List<Taken> due) {
    try {
      List<UUID> events = due.stream().map(taken -> taken.delivery().eventId()).distinct().toList();
      return services.contents().load(events, memory.readsAnySize());
    } catch (RuntimeException | Error e) {
      // They are not under way; a lane that waited for them would never end. What was claimed by a
      // write would not be found by a read.
      backlog.putBack(due.stream().map(Taken::delivery).toList());
      due.forEach(taken -> notSent(taken.reserved()));
      throw e;
    }
  }

  private void send(List<Taken> due, Loaded loaded) {
    List<DueDelivery> tooLarge = new ArrayList<>();
    for (Taken taken : due) {
      UUID event = taken.delivery().eventId();
      EventContent content = loaded.contents().get(event);
      Integer tooLong = loaded.tooLong().get(event);
      if (tooLong != null) {
        memory.refuse(taken.reserved(), tooLong);
        tooLarge.add(taken.delivery());
      } else if (content == null) {
        record(taken.delivery(), Outcome.eventGone(taken.delivery()));
        notSent(taken.reserved());
      } else if (memory.hold(taken.reserved(), content.payload().length, inFlight() == 1)) {
        Thread.ofVirtual().start(() -> attempt(taken.delivery(), content));
      } else {
        tooLarge.add(taken.delivery());
      }
    }
    // Now that it is known how large they are they wait for their turn, unread.
    for (DueDelivery _ : tooLarge) {
      notStarted();
    }
    backlog.putBack(tooLarge);
  }

  private void notSent(int reserved) {
    memory.give(reserved);
    notStarted();
  }

  private void notStarted() {
    pace.notStarted();
    backlogPace.notStarted();
    giveBack(Reception.none());
  }

  /** Runs on a thread of its own. Whatever happens, the lane is told that the attempt is over. */
  private void attempt(DueDelivery delivery, EventContent content) {
    AttemptRunner.@Nullable Ended ended = null;
    boolean withheld = false;
    Webhook sent = webhook.now();
    attempts.started(delivery);
    try {
      // Both are looked at here once more: the thread may have waited for its processor.
      withheld = !lease.isHeld() || sent.isHeld();
      if (!withheld) {
        ended = services.runner().run(delivery, content, sent, signer);
      }
    } finally {
      attempts.ended(delivery);
      // Before the outcome: what comes next must not start before the lane knows of the receiver.
      lane.accept(new AttemptEnded(content.payload().length, reception(sent, ended)));
      if (ended == null) {
        lane.accept(withheld ? new NotMade(delivery) : new Settled(delivery.id(), null));
      } else {
        record(delivery, ended.outcome());
      }
    }
  }

  /** What a receiver says of itself says nothing of one that has taken its place meanwhile. */
  private Reception reception(Webhook sent, AttemptRunner.@Nullable Ended ended) {
    return ended == null || !sent.url().equals(webhook.now().url())
        ? Reception.none()
        : ended.reception();
  }

  private void record(DueDelivery delivery, Outcome outcome) {
    if (outcome.status().isEnd()) {
      services.contents().ended(delivery.eventId());
    }
    var _ =
        services
            .outcomes()
            .write(webhook.now(), delivery, outcome)
            .whenComplete(
                (_, _) -> lane.accept(new Settled(outcome.deliveryId(), outcome.retryAfter())));
  }

  /** An attempt has ended. */
  void ended(AttemptEnded attempt) {
    memory.give(attempt.payloadBytes());
    giveBack(attempt.reception());
  }

  private void giveBack(Reception reception) {
    share.give();
    pace.ended(reception, System.nanoTime());
  }
}
