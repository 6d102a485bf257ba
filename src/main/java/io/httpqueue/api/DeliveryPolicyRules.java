package io.httpqueue.api;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a webhook may have its deliveries made. What is 0 or not set is the server's default. */
final class DeliveryPolicyRules {

  private static final int MAX_ATTEMPTS = 100;
  private static final long MIN_DELAY_MILLIS = 10;
  private static final long MAX_FIRST_DELAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final long MAX_DELAY_MILLIS = Duration.ofDays(7).toMillis();
  private static final int MAX_IN_FLIGHT = 512;
  private static final int MAX_BURST = 10_000;

  private DeliveryPolicyRules() {}

  /** Checks each field by itself. */
  static void check(RegisterWebhookRequest request, Violations violations) {
    RetryPolicy retry = request.getRetryPolicy();
    range("retry_policy.max_attempts", retry.getMaxAttempts(), 1, MAX_ATTEMPTS, violations);
    range(
        "retry_policy.first_delay_ms",
        retry.getFirstDelayMs(),
        MIN_DELAY_MILLIS,
        MAX_FIRST_DELAY_MILLIS,
        violations);
    range("retry_policy.factor", retry.getFactor(), 1, 10, violations);
    range(
        "retry_policy.max_delay_ms",
        retry.getMaxDelayMs(),
        MIN_DELAY_MILLIS,
        MAX_DELAY_MILLIS,
        violations);
    range("max_in_flight", request.getMaxInFlight(), 1, MAX_IN_FLIGHT, violations);
    range("rate_limit_per_second", request.getRateLimitPerSecond(), 0.001, 10_000, violations);
    range("rate_limit_burst", request.getRateLimitBurst(), 1, MAX_BURST, violations);
    if (request.getOrdering() == io.httpqueue.api.v1.Ordering.UNRECOGNIZED) {
      violations.add(
          "ordering",
          "is %d, must be 1 (none), 2 (by key) or 3 (whole webhook), or 0 for none"
              .formatted(request.getOrderingValue()));
    }
    if (request.getWhenHeadFails() == io.httpqueue.api.v1.HeadFailure.UNRECOGNIZED) {
      violations.add(
          "when_head_fails",
          "is %d, must be 1 (skip) or 2 (block), or 0 for skip"
              .formatted(request.getWhenHeadFailsValue()));
    }
  }

  /** Checks what one field asks of another. */
  static void checkTogether(RegisterWebhookRequest request, Violations violations) {
    RetryPolicy retry = request.getRetryPolicy();
    if (retry.getMaxDelayMs() != 0 && retry.getMaxDelayMs() < retry.getFirstDelayMs()) {
      violations.add(
          "retry_policy.max_delay_ms",
          "is %d, must be at least retry_policy.first_delay_ms, which is %d"
              .formatted(retry.getMaxDelayMs(), retry.getFirstDelayMs()));
    }
    if (request.getRateLimitBurst() != 0 && request.getRateLimitPerSecond() == 0) {
      violations.add(
          "rate_limit_burst",
          "is %d, must be 0 where rate_limit_per_second is not set"
              .formatted(request.getRateLimitBurst()));
    }
    if (headFailure(request) == HeadFailure.BLOCK && ordering(request) == Ordering.NONE) {
      violations.add(
          "when_head_fails",
          "is block, which only an ordered webhook can do: must come with ordering");
    }
  }

  /** The policy of a request that was checked. */
  static DeliveryPolicy read(RegisterWebhookRequest request) {
    RetryPolicy retry = request.getRetryPolicy();
    return new DeliveryPolicy(
        new RetryOverrides(
            orNull(retry.getMaxAttempts()),
            millis(retry.getFirstDelayMs()),
            retry.getFactor() == 0 ? null : retry.getFactor(),
            millis(retry.getMaxDelayMs())),
        orNull(request.getMaxInFlight()),
        request.getRateLimitPerSecond() == 0
            ? null
            : new RateLimit(request.getRateLimitPerSecond(), orNull(request.getRateLimitBurst())),
        ordering(request),
        headFailure(request));
  }

  private static Ordering ordering(RegisterWebhookRequest request) {
    return switch (request.getOrdering()) {
      case ORDERING_BY_KEY -> Ordering.BY_KEY;
      case ORDERING_WHOLE_WEBHOOK -> Ordering.WHOLE_WEBHOOK;
      case ORDERING_UNSPECIFIED, ORDERING_NONE, UNRECOGNIZED -> Ordering.NONE;
    };
  }

  private static HeadFailure headFailure(RegisterWebhookRequest request) {
    return request.getWhenHeadFails() == io.httpqueue.api.v1.HeadFailure.HEAD_FAILURE_BLOCK
        ? HeadFailure.BLOCK
        : HeadFailure.SKIP;
  }

  private static void range(String field, long value, long min, long max, Violations violations) {
    if (value != 0 && (value < min || value > max)) {
      violations.add(
          field, "is %d, must be %d to %d, or 0 for the default".formatted(value, min, max));
    }
  }

  private static void range(
      String field, double value, double min, double max, Violations violations) {
    // Asked so that NaN is refused, too.
    if (value != 0 && !(value >= min && value <= max)) {
      violations.add(
          field, "is %s, must be %s to %s, or 0 for the default".formatted(value, min, max));
    }
  }

  private static @Nullable Integer orNull(int value) {
    return value == 0 ? null : value;
  }

  private static @Nullable Duration millis(long value) {
    return value == 0 ? null : Duration.ofMillis(value);
  }
}
