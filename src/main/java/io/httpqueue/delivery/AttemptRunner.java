package io.httpqueue.delivery;

import io.httpqueue.delivery.Outcome.AttemptRecord;
import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.HttpSender;
import io.httpqueue.outbound.OutboundRequest;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.webhook.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes one attempt: builds the request, sends it, and decides what follows. Blocks while it is
 * sent. Thread-safe.
 */
@Component
class AttemptRunner {

  private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

  private final HttpSender sender;
  private final ClientIdentities identities;
  private final RetryPolicy retryPolicy;
  private final Clock clock;
  private final RandomGenerator random;
  private final String userAgent;

  AttemptRunner(
      HttpSender sender,
      ClientIdentities identities,
      RetrySettings retry,
      Clock clock,
      RandomGenerator random,
      ObjectProvider<BuildProperties> build) {
    this.sender = sender;
    this.identities = identities;
    this.retryPolicy = retry.policy();
    this.clock = clock;
    this.random = random;
    BuildProperties properties = build.getIfAvailable();
    this.userAgent = "HTTPQueue/" + (properties == null ? "dev" : properties.getVersion());
  }

  /** Sends a delivery; what is returned still has to be recorded. */
  Outcome run(DueDelivery delivery, EventContent content, Webhook webhook) {
    Instant startedAt = clock.instant();
    SendResult result = send(delivery, content, webhook, startedAt);
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
      DueDelivery delivery, EventContent content, Webhook webhook, Instant startedAt) {
    try {
      return sender.send(
          new OutboundRequest(
              webhook.url(),
              headers(delivery, content, webhook, startedAt),
              content.payload(),
              webhook.timeout(),
              identities.of(webhook)));
    } catch (DataAccessException e) {
      // The lane has read it at its start; it was changed since, and Postgres is away.
      return new NotAnswered(
          FailureClass.TLS, "the client certificate could not be read", Duration.ZERO);
    } catch (RuntimeException e) {
      log.error("Delivery {} met a defect of HTTPQueue", delivery.id(), e);
      return new NotAnswered(FailureClass.PROTOCOL, "an error inside HTTPQueue", Duration.ZERO);
    }
  }

  // Standard Webhooks 1.0 names webhook-id and webhook-timestamp; the receiver drops repeats by the
  // first.
  private Map<String, String> headers(
      DueDelivery delivery, EventContent content, Webhook webhook, Instant now) {
    // Header names have no case: a webhook's own content-type takes the place of ours.
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", userAgent);
    headers.putAll(webhook.headers());
    headers.put("webhook-id", delivery.eventId().toString());
    headers.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
    headers.put("HTTPQueue-Event", content.name());
    headers.put("HTTPQueue-Namespace", content.namespace());
    headers.put("HTTPQueue-Delivery", delivery.id().toString());
    headers.put("HTTPQueue-Attempt", Integer.toString(delivery.attempt()));
    return headers;
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
