package io.httpqueue.delivery;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/** The server's retry policy. */
@Validated
@ConfigurationProperties("httpqueue.retry")
record RetrySettings(
    @Min(1) @Max(100) int maxAttempts,
    @DurationMin(millis = 10) @DurationMax(hours = 24) Duration firstDelay,
    @DecimalMin("1.0") @DecimalMax("10.0") double factor,
    @DurationMin(millis = 10) @DurationMax(days = 7) Duration maxDelay,
    @DecimalMin("0.0") @DecimalMax("1.0") double jitter) {

  RetryPolicy policy() {
    Duration longest = maxDelay.compareTo(firstDelay) < 0 ? firstDelay : maxDelay;
    return new RetryPolicy(maxAttempts, firstDelay, factor, longest, jitter);
  }
}
