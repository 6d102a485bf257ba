package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.OperationalEvents.FailedDelivery;
import io.httpqueue.delivery.Outcome.AttemptRecord;
import io.httpqueue.telemetry.LineBudget;
import io.httpqueue.webhook.Webhook;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What follows from an outcome once it is committed: counts, and news for operators. */
@Component
class RecordedOutcomes {

  /** A delivery that was made so long after its event was made by a replay. */
  private static final Duration REPLAY_AFTER = Duration.ofHours(1);

  /** Of more that end at once, as those of a webhook that was paused for long, one line tells. */
  private static final int LOGGED_ONE_BY_ONE = 10;

  /** A receiver that refuses everything ends thousands a second. */
  private static final int LINES_PER_SECOND = 20;

  private static final Logger log = LoggerFactory.getLogger(RecordedOutcomes.class);

  private final DeliveryStats stats;
  private final DeliveryMetrics metrics;
  private final OperationalEvents events;
  private final Clock clock;
  private final LineBudget lines = new LineBudget(LINES_PER_SECOND, System::nanoTime);

  RecordedOutcomes(
      DeliveryStats stats, DeliveryMetrics metrics, OperationalEvents events, Clock clock) {
    this.stats = stats;
    this.metrics = metrics;
    this.events = events;
    this.clock = clock;
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
      metrics.attempt(attempt.duration(), attempt.errorClass(), attempt.trace());
    }
    if (outcome.status() == DeliveryStatus.RETRYING && attempt != null) {
      metrics.retry(attempt.errorClass());
    }
    if (!changed || !outcome.status().isEnd()) {
      return;
    }
    metrics.ended(outcome.status(), attempt == null ? null : attempt.errorClass(), 1);
    if (outcome.status() == DeliveryStatus.SUCCESS) {
      Instant beganAt = beganAt(delivery);
      stats.success(webhook.id(), beganAt);
      metrics.arrived(
          Duration.between(beganAt, clock.instant()),
          attempt == null ? Context.root() : attempt.trace());
    } else {
      // In its trace, so that the line has the trace's id.
      try (Scope _ = attempt == null ? Scope.noop() : attempt.trace().makeCurrent()) {
        EndedDelivery ended = ended(delivery, outcome);
        log(webhook, ended);
        tellOfEnd(webhook, ended);
      }
    }
  }

  /**
   * Takes deliveries that have ended without an attempt of this server's, all for the same reason.
   * Quick, and does not throw.
   */
  void ended(Webhook webhook, List<EndedDelivery> deliveries) {
    if (deliveries.size() <= LOGGED_ONE_BY_ONE) {
      deliveries.forEach(delivery -> log(webhook, delivery));
    } else {
      EndedDelivery first = deliveries.getFirst();
      log.warn(
          "{} deliveries to webhook {} ended {}, the first of them {}: {}",
          deliveries.size(),
          webhook.id(),
          first.status(),
          first.id(),
          first.reason());
    }
    for (EndedDelivery delivery : deliveries) {
      metrics.ended(delivery.status(), delivery.errorClass(), 1);
      tellOfEnd(webhook, delivery);
    }
  }

  private void log(Webhook webhook, EndedDelivery delivery) {
    lines
        .admit()
        .ifPresent(
            leftOut ->
                log.warn(
                    "Delivery {} of event {} to webhook {} ended {} after {} attempts: {}{}",
                    delivery.id(),
                    delivery.eventId(),
                    webhook.id(),
                    delivery.status(),
                    delivery.attemptCount(),
                    delivery.reason(),
                    leftOut == 0 ? "" : "; %d before it have no line".formatted(leftOut)));
  }

  private void tellOfEnd(Webhook webhook, EndedDelivery delivery) {
    stats.failed(webhook.id(), 1);
    events.deliveryFailed(
        new FailedDelivery(
            delivery.id(),
            delivery.eventId(),
            webhook,
            delivery.status(),
            delivery.attemptCount(),
            delivery.errorClass(),
            delivery.reason()));
  }

  private static Instant beganAt(DueDelivery delivery) {
    Instant accepted = UuidV7.madeAt(delivery.eventId());
    Instant made = UuidV7.madeAt(delivery.id());
    return made.isAfter(accepted.plus(REPLAY_AFTER)) ? made : accepted;
  }

  private static EndedDelivery ended(DueDelivery delivery, Outcome outcome) {
    AttemptRecord attempt = outcome.attempt();
    return new EndedDelivery(
        delivery.id(),
        delivery.eventId(),
        outcome.status(),
        outcome.attemptsAfter(),
        attempt == null ? null : attempt.errorClass(),
        attempt == null ? outcome.endedBecause() : attempt.error());
  }
}
