package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.OperationalEvents.FailedDelivery;
import io.httpqueue.delivery.Outcome.AttemptRecord;
import io.httpqueue.webhook.Webhook;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** What follows from an outcome once it is committed: counts, and news for operators. */
@Component
class RecordedOutcomes {

  /** A delivery that was made so long after its event was made by a replay. */
  private static final Duration REPLAY_AFTER = Duration.ofHours(1);

  private final DeliveryStats stats;
  private final OperationalEvents events;

  RecordedOutcomes(DeliveryStats stats, OperationalEvents events) {
    this.stats = stats;
    this.events = events;
  }

  /**
   * Takes an outcome that has been committed. Quick, and does not throw.
   *
   * @param changed whether the delivery is as the outcome says; else it had ended otherwise before
   */
  void add(Webhook webhook, DueDelivery delivery, Outcome outcome, boolean changed) {
    AttemptRecord attempt = outcome.attempt();
    if (attempt != null) {
      boolean succeeded = outcome.status() == DeliveryStatus.SUCCESS;
      stats.attempt(webhook.id(), attempt.duration(), succeeded, attempt.errorClass());
    }
    if (!changed || !outcome.status().isEnd()) {
      return;
    }
    if (outcome.status() == DeliveryStatus.SUCCESS) {
      stats.success(webhook.id(), beganAt(delivery));
    } else {
      stats.failed(webhook.id(), 1);
      events.deliveryFailed(failed(webhook, delivery, outcome));
    }
  }

  private static Instant beganAt(DueDelivery delivery) {
    Instant accepted = UuidV7.madeAt(delivery.eventId());
    Instant made = UuidV7.madeAt(delivery.id());
    return made.isAfter(accepted.plus(REPLAY_AFTER)) ? made : accepted;
  }

  private FailedDelivery failed(Webhook webhook, DueDelivery delivery, Outcome outcome) {
    AttemptRecord attempt = outcome.attempt();
    return new FailedDelivery(
        delivery.id(),
        delivery.eventId(),
        webhook,
        outcome.status(),
        outcome.attemptsAfter(),
        attempt == null ? null : attempt.errorClass(),
        attempt == null ? outcome.endedBecause() : attempt.error());
  }
}
