package io.httpqueue.delivery;

import io.httpqueue.delivery.Outcome.AttemptRecord;
import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.HttpSender;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes one attempt: sends the request, and decides what follows. Blocks while it is sent.
 * Thread-safe.
 */
@Component
class AttemptRunner {

  private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

  private static final Duration LONGEST_PAUSE_UNASKED = Duration.ofMinutes(1);

  private final HttpSender sender;
  private final WebhookRequests requests;
  private final RetrySettings retry;
  private final Clock clock;
  private final RandomGenerator random;

  AttemptRunner(
      HttpSender sender,
      WebhookRequests requests,
      RetrySettings retry,
      Clock clock,
      RandomGenerator random) {
    this.sender = sender;
    this.requests = requests;
    this.retry = retry;
    this.clock = clock;
    this.random = random;
  }

  /**
   * An attempt that has ended.
   *
   * @param outcome still has to be recorded
   * @param reception what it tells of the receiver
   */
  record Ended(Outcome outcome, Reception reception) {}

  /** Sends a delivery. */
  Ended run(DueDelivery delivery, EventContent content, Webhook webhook, WebhookSigner signer) {
    Instant startedAt = clock.instant();
    SendResult result = send(delivery, content, webhook, signer, startedAt);
    RetryPolicy policy = retry.policy(webhook.policy().retry());
    Optional<Duration> asked = asked(result);
    AttemptDecision decision =
        AttemptDecision.after(
            result,
            delivery.attempt(),
            delivery.maxAttempts(),
            asked.orElse(Duration.ZERO),
            policy,
            random);
    Outcome outcome = outcome(decision, delivery, webhook, startedAt, result);
    return new Ended(outcome, Reception.of(result, asked.orElseGet(() -> pause(result, policy))));
  }

  /** How long the answer asks to wait; heeded where it says that the receiver is busy. */
  private Optional<Duration> asked(SendResult result) {
    return switch (result) {
      case Answered answer
          when ErrorClass.of(answer).filter(ErrorClass.THROTTLED::equals).isPresent() ->
          RetryAfter.of(answer, clock.instant());
      default -> Optional.empty();
    };
  }

  /** How long a receiver is left alone that says it gets too much, but not for how long. */
  private static Duration pause(SendResult result, RetryPolicy policy) {
    if (!(result instanceof Answered answer && answer.status() == 429)) {
      return Duration.ZERO;
    }
    Duration first = policy.firstDelay();
    return first.compareTo(LONGEST_PAUSE_UNASKED) < 0 ? first : LONGEST_PAUSE_UNASKED;
  }

  private static Outcome outcome(
      AttemptDecision decision,
      DueDelivery delivery,
      Webhook webhook,
      Instant startedAt,
      SendResult result) {
    return switch (decision) {
      case AttemptDecision.Delivered() ->
          outcome(delivery, DeliveryStatus.SUCCESS, null, false, record(startedAt, result, null));
      case AttemptDecision.Retry(Duration delay, String error) ->
          outcome(
              delivery, DeliveryStatus.RETRYING, delay, false, record(startedAt, result, error));
      case AttemptDecision.GiveUp(String error) ->
          outcome(
              delivery,
              DeliveryStatus.FAILED,
              null,
              delivery.orderingKey() != null
                  && webhook.policy().whenHeadFails() == HeadFailure.BLOCK,
              record(startedAt, result, error));
    };
  }

  // A delivery that trips a defect of ours must use up its attempts like any other, not be sent for
  // ever.
  private SendResult send(
      DueDelivery delivery,
      EventContent content,
      Webhook webhook,
      WebhookSigner signer,
      Instant startedAt) {
    try {
      return sender.send(
          requests.build(
              webhook,
              signer,
              delivery.eventId().toString(),
              content,
              startedAt,
              Map.of(
                  "HTTPQueue-Delivery", delivery.id().toString(),
                  "HTTPQueue-Attempt", Integer.toString(delivery.attempt()))));
    } catch (DataAccessException e) {
      // The lane has read it at its start; it was changed since, and Postgres is away.
      return new NotAnswered(
          FailureClass.TLS, "the client certificate could not be read", Duration.ZERO);
    } catch (RuntimeException e) {
      log.error("Delivery {} met a defect of HTTPQueue", delivery.id(), e);
      return new NotAnswered(FailureClass.INTERNAL, "an error inside HTTPQueue", Duration.ZERO);
    }
  }

  private static Outcome outcome(
      DueDelivery delivery,
      DeliveryStatus status,
      @Nullable Duration retryAfter,
      boolean blocks,
      AttemptRecord attempt) {
    return new Outcome(
        delivery.id(), status, delivery.attempt() - 1, retryAfter, null, blocks, attempt);
  }

  private static AttemptRecord record(
      Instant startedAt, SendResult result, @Nullable String error) {
    ErrorClass errorClass = ErrorClass.of(result).orElse(null);
    return switch (result) {
      case Answered answer ->
          new AttemptRecord(
              startedAt,
              answer.duration(),
              answer.status(),
              answer.bodyExcerpt(),
              error,
              errorClass);
      case NotAnswered none ->
          new AttemptRecord(startedAt, none.duration(), null, null, error, errorClass);
    };
  }
}
