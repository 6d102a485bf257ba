package io.httpqueue.delivery;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * When a receiver that fails is left alone.
 *
 * @param failures in a row that open a webhook's circuit breaker; 0 for never
 * @param firstPause from its opening to the first probe
 * @param factor by which each pause grows over the one before, as probes fail
 * @param maxPause no pause is longer
 * @param disableAfter a webhook that has failed for so long without a success is disabled; zero for
 *     never
 */
@ConfigurationProperties("httpqueue.breaker")
record BreakerSettings(
    @Min(0) @Max(1_000_000) int failures,
    @DurationMin(millis = 10) @DurationMax(hours = 24) Duration firstPause,
    @DecimalMin("1.0") @DecimalMax("10.0") double factor,
    @DurationMin(millis = 10) @DurationMax(hours = 24) Duration maxPause,
    @DurationMin(seconds = 0) @DurationMax(days = 365) Duration disableAfter) {

  /**
   * How long to wait for the next probe.
   *
   * @param failedProbes since the breaker opened
   */
  Duration pause(int failedProbes) {
    double grown = (double) firstPause.toMillis() * Math.pow(factor, failedProbes);
    double longest = Math.max(firstPause.toMillis(), maxPause.toMillis());
    return Duration.ofMillis((long) Math.min(grown, longest));
  }
}
