package io.httpqueue.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a delivery is tried, and how long it waits in between: exponential backoff with jitter.
 * The waits keep a receiver that came back from being met by all its deliveries at once.
 *
 * @param maxAttempts at least 1
 * @param firstDelay after the first failed attempt
 * @param factor by which each delay grows over the one before; at least 1
 * @param maxDelay no delay is longer, before its jitter
 * @param jitter the share of a delay by which it is moved at random, either way; 0 to 1
 */
record RetryPolicy(
    int maxAttempts, Duration firstDelay, double factor, Duration maxDelay, double jitter) {

  RetryPolicy {
    check(maxAttempts >= 1, "maxAttempts", maxAttempts, "at least 1");
    check(firstDelay.isPositive(), "firstDelay", firstDelay, "positive");
    check(factor >= 1, "factor", factor, "at least 1");
    check(maxDelay.compareTo(firstDelay) >= 0, "maxDelay", maxDelay, "at least firstDelay");
    check(jitter >= 0 && jitter <= 1, "jitter", jitter, "0 to 1");
  }

  /**
   * How long to wait before the next attempt.
   *
   * @param attemptsMade so far; at least 1
   */
  Duration delayAfter(int attemptsMade, RandomGenerator random) {
    double grown = (double) firstDelay.toMillis() * Math.pow(factor, attemptsMade - 1.0);
    double capped = Math.min(grown, (double) maxDelay.toMillis());
    double moved = capped * (1 + jitter * (2 * random.nextDouble() - 1));
    return Duration.ofMillis(Math.round(moved));
  }

  private static void check(boolean valid, String name, Object value, String allowed) {
    if (!valid) {
      throw new IllegalArgumentException(
          "%s: %s is not allowed; it must be %s".formatted(name, value, allowed));
    }
  }
}
