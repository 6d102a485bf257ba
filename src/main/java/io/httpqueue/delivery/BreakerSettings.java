package io.httpqueue.delivery;

import io.httpqueue.settings.Range;
import java.time.Duration;
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
    @Range(from = "0", to = "1000000") int failures,
    @Range(from = "10ms", to = "1d") Duration firstPause,
    @Range(from = "1.0", to = "10.0") double factor,
    @Range(from = "10ms", to = "1d") Duration maxPause,
    @Range(from = "0s", to = "365d") Duration disableAfter) {

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
