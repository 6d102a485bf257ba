package io.httpqueue.delivery;

import io.httpqueue.delivery.Outcome.AttemptRecord;
import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.HttpSender;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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

  private final HttpSender sender;
  private final WebhookRequests requests;
  private final RetryPolicy retryPolicy;
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
    this.retryPolicy = retry.policy();
    this.clock = clock;
    this.random = random;
  }

  /** Sends a delivery; what is returned still has to be recorded. */
  Outcome run(DueDelivery delivery, EventContent content, Webhook webhook, WebhookSigner signer) {
    Instant startedAt = clock.instant();
    SendResult result = send(delivery, content, webhook, signer, startedAt);
    AttemptDecision decision =
        AttemptDecision.after(
            result, delivery.attempt(), delivery.maxAttempts(), retryPolicy, random);
    return switch (decision) {
      case AttemptDecision.Delivered() ->
          outcome(delivery, DeliveryStatus.SUCCESS, null, record(startedAt, result, null));
      case AttemptDecision.Retry(Duration delay, String error) ->
          outcome(delivery, DeliveryStatus.RETRYING, delay, record(startedAt, result, error));
      case AttemptDecision.GiveUp(String error) ->
          outcome(delivery, DeliveryStatus.FAILED, null, record(startedAt, result, error));
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
      return new NotAnswered(FailureClass.PROTOCOL, "an error inside HTTPQueue", Duration.ZERO);
    }
  }

  private static Outcome outcome(
      DueDelivery delivery,
      DeliveryStatus status,
      @Nullable Duration retryAfter,
      AttemptRecord attempt) {
    return new Outcome(delivery.id(), status, delivery.attempt() - 1, retryAfter, null, attempt);
  }

  private static AttemptRecord record(
      Instant startedAt, SendResult result, @Nullable String error) {
    return switch (result) {
      case Answered answer ->
          new AttemptRecord(
              startedAt, answer.duration(), answer.status(), answer.bodyExcerpt(), error);
      case NotAnswered none -> new AttemptRecord(startedAt, none.duration(), null, null, error);
    };
  }
}
