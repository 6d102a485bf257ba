package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneMessage.AttemptEnded;
import io.httpqueue.delivery.LaneMessage.LookAgain;
import io.httpqueue.delivery.LaneMessage.Settled;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final LaneServices services;
  private final InFlightAttempts attempts = new InFlightAttempts();
  private Consumer<LaneMessage> lane = message -> {};
  private boolean crowdedOut;

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

  /** Whether the server was too full for more of this lane, or could not have recorded it. */
  boolean isCrowdedOut() {
    return crowdedOut;
  }

  /** Sends what is ready, as far as there is room. */
  void sendReady() {
    crowdedOut = services.outcomes().isStalled();
    List<DueDelivery> due = takeReady();
    while (!due.isEmpty()) {
      Map<UUID, EventContent> found = load(due);
      due.forEach(delivery -> send(delivery, found.get(delivery.eventId())));
      memory.learn();
      due = takeReady();
    }
  }

  /** Takes what may be sent, no more than may be read at once. */
  private List<DueDelivery> takeReady() {
    List<DueDelivery> due = new ArrayList<>();
    while (!crowdedOut
        && due.size() < memory.readAtOnce()
        && backlog.hasReady()
        && pace.lets(inFlight(), System.nanoTime())) {
      if (!takePlace()) {
        crowdedOut = true;
        break;
      }
      DueDelivery delivery = backlog.poll();
      if (delivery == null || delivery.isExpired()) {
        memory.release();
        share.give();
        expire(delivery);
      } else {
        pace.started(System.nanoTime());
        due.add(delivery);
      }
    }
    return due;
  }

  private boolean takePlace() {
    boolean first = inFlight() == 0;
    if (!share.take()) {
      return false;
    }
    if (!memory.reserve(first)) {
      share.give();
      return false;
    }
    return true;
  }

  private void expire(@Nullable DueDelivery delivery) {
    if (delivery != null) {
      record(delivery, Outcome.expired(delivery));
    }
  }

  private Map<UUID, EventContent> load(List<DueDelivery> due) {
    try {
      return services
          .contents()
          .load(due.stream().map(DueDelivery::eventId).distinct().toList(), memory.bytesToRead());
    } catch (RuntimeException | Error e) {
      // They are not under way; a lane that waited for them would never end.
      due.forEach(delivery -> backlog.settled(delivery.id(), null));
      due.forEach(_ -> notSent());
      throw e;
    }
  }

  private void send(DueDelivery delivery, @Nullable EventContent content) {
    if (content == null) {
      record(delivery, Outcome.eventGone(delivery));
      notSent();
    } else if (memory.hold(content.payload().length)) {
      Thread.ofVirtual().start(() -> attempt(delivery, content));
    } else {
      // It is larger than those before it. Now that this is known, it waits for its turn unread.
      backlog.putBack(delivery);
      crowdedOut = true;
      giveBack(Reception.none());
    }
  }

  private void notSent() {
    memory.release();
    giveBack(Reception.none());
  }

  /** Runs on a thread of its own. Whatever happens, the lane is told that the attempt is over. */
  private void attempt(DueDelivery delivery, EventContent content) {
    AttemptRunner.@Nullable Ended ended = null;
    attempts.started(delivery);
    try {
      // Both are looked at here once more: the thread may have waited for its processor.
      Webhook now = webhook.now();
      if (lease.isHeld() && !now.isHeld()) {
        ended = services.runner().run(delivery, content, now, signer);
      }
    } finally {
      attempts.ended(delivery);
      // Before the outcome: what comes next must not start before the lane knows of the receiver.
      lane.accept(
          new AttemptEnded(
              content.payload().length, ended == null ? Reception.none() : ended.reception()));
      if (ended == null) {
        lane.accept(new Settled(delivery.id(), null));
        // It lies behind the cursor, and is due again if the lane goes on.
        lane.accept(new LookAgain());
      } else {
        record(delivery, ended.outcome());
      }
    }
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
