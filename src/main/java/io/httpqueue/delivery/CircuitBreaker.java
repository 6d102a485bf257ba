package io.httpqueue.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Leaves a receiver alone that has failed many times in a row: then one probe at a time goes out,
 * after pauses that grow, until the receiver answers again. All times are of the monotonic clock,
 * in nanoseconds. Used by the lane's own thread alone.
 */
final class CircuitBreaker {

  private final BreakerSettings settings;
  private int failures;
  private int failedProbes;
  private boolean probing;

  /** When a probe may start; null while the breaker is closed. */
  private @Nullable Long probeAtNanos;

  /**
   * As a lane before left it.
   *
   * @param probeAtNanos null for a closed one
   */
  CircuitBreaker(
      BreakerSettings settings, int failures, int failedProbes, @Nullable Long probeAtNanos) {
    this.settings = settings;
    this.failures = failures;
    this.failedProbes = failedProbes;
    this.probeAtNanos = probeAtNanos;
  }

  /** Whether an attempt may start beside those in flight. */
  boolean lets(int inFlight, long nowNanos) {
    return probeAtNanos == null || (inFlight == 0 && nowNanos - probeAtNanos >= 0);
  }

  void started() {
    probing = probeAtNanos != null;
  }

  /** The receiver answers. */
  void answered() {
    failures = 0;
    failedProbes = 0;
    probeAtNanos = null;
    probing = false;
  }

  void failed(long nowNanos) {
    failures++;
    if (probing) {
      failedProbes++;
      openFrom(nowNanos);
    } else if (probeAtNanos == null && settings.failures() > 0 && failures >= settings.failures()) {
      openFrom(nowNanos);
    }
    // Else it was started before the breaker opened, and tells nothing new.
  }

  /** What was started ended without telling anything. */
  void learntNothing() {
    probing = false;
  }

  private void openFrom(long nowNanos) {
    probing = false;
    probeAtNanos = nowNanos + settings.pause(failedProbes).toNanos();
  }

  int failures() {
    return failures;
  }

  int failedProbes() {
    return failedProbes;
  }

  /** When a probe may start; null while the breaker is closed. */
  @Nullable Long probeAtNanos() {
    return probeAtNanos;
  }
}
