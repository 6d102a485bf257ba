package io.httpqueue.delivery;

import io.httpqueue.webhook.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of tokens, of which each request takes one. What is kept is the moment at which the
 * bucket will be full again, so that nothing has to fill it. All times are of the monotonic clock,
 * in nanoseconds. Used by the lane's own thread alone.
 */
final class RateLimiter {

  private final long nanosPerToken;
  private final long nanosOfBurst;
  private long fullAtNanos;

  /**
   * Limits as the webhook asks.
   *
   * @param limit null for no limit
   * @param fullAtNanos when the bucket that a lane before left is full again; what is later than an
   *     empty bucket allows is an empty bucket
   */
  RateLimiter(@Nullable RateLimit limit, long nowNanos, long fullAtNanos) {
    this.nanosPerToken = limit == null ? 0 : (long) (1_000_000_000 / limit.perSecond());
    this.nanosOfBurst = limit == null ? 0 : nanosPerToken * limit.burst();
    long longest = nowNanos + nanosOfBurst;
    this.fullAtNanos = fullAtNanos - longest > 0 ? longest : fullAtNanos;
  }

  /** When the next request may start; not later than now if it may now. */
  long freeAtNanos() {
    return fullAtNanos - nanosOfBurst + nanosPerToken;
  }

  boolean lets(long nowNanos) {
    return nanosPerToken == 0 || nowNanos - freeAtNanos() >= 0;
  }

  void started(long nowNanos) {
    fullAtNanos = (fullAtNanos - nowNanos > 0 ? fullAtNanos : nowNanos) + nanosPerToken;
  }

  /** One that was to start did not. */
  void notStarted() {
    fullAtNanos -= nanosPerToken;
  }

  /** When the bucket is full. */
  long fullAtNanos() {
    return fullAtNanos;
  }
}
