package io.httpqueue.delivery;

import io.httpqueue.webhook.RetryOverrides;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Objects;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The server's retry policy. */
@ConfigurationProperties("httpqueue.retry")
record RetrySettings(
    @Min(1) @Max(100) int maxAttempts,
    @DurationMin(millis = 10) @DurationMax(hours = 24) Duration firstDelay,
    @DecimalMin("1.0") @DecimalMax("10.0") double factor,
    @DurationMin(millis = 10) @DurationMax(days = 7) Duration maxDelay,
    @DecimalMin("0.0") @DecimalMax("1.0") double jitter) {

  /** The policy of a webhook: its own where it has one. */
  RetryPolicy policy(RetryOverrides own) {
    Duration first = Objects.requireNonNullElse(own.firstDelay(), firstDelay);
    Duration longest = Objects.requireNonNullElse(own.maxDelay(), maxDelay);
    return new RetryPolicy(
        Objects.requireNonNullElse(own.maxAttempts(), maxAttempts),
        first,
        Objects.requireNonNullElse(own.factor(), factor),
        longest.compareTo(first) < 0 ? first : longest,
        jitter);
  }
}
