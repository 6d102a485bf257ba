package io.httpqueue.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a lane hands on to the one after it. Times count from now, so that no two clocks are
 * compared.
 *
 * @param waitsFor no lane needs to run before; zero if one may
 * @param throttledFor the receiver wants no request before; zero if it takes them
 * @param failures in a row
 * @param failedProbes since the breaker opened
 * @param probeIn when the open breaker lets a probe through, zero if it does already; null for a
 *     closed one
 * @param failingFor since the first failure after the last success; null if there was none
 * @param rateFullIn until the bucket of the rate limit is full
 */
record LaneCondition(
    Duration waitsFor,
    Duration throttledFor,
    int failures,
    int failedProbes,
    @Nullable Duration probeIn,
    @Nullable Duration failingFor,
    Duration rateFullIn) {

  /** Of a webhook that never had a lane. */
  static final LaneCondition NEW =
      new LaneCondition(Duration.ZERO, Duration.ZERO, 0, 0, null, null, Duration.ZERO);

  /** With nothing to spend at once: what an interrupted lane has spent is not known. */
  LaneCondition withEmptyBucket() {
    return new LaneCondition(
        waitsFor, throttledFor, failures, failedProbes, probeIn, failingFor, Duration.ofDays(365));
  }
}
