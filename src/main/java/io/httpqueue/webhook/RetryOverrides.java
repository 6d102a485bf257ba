package io.httpqueue.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook's retry policy differs from the server's; null where it does not.
 *
 * @param maxAttempts attempts that a delivery may use, 1 to 100
 * @param firstDelay after the first failed attempt, 10 ms to a day
 * @param factor by which each delay grows over the one before, 1.0 to 10.0
 * @param maxDelay no delay is longer, up to 7 days
 */
public record RetryOverrides(
    @Nullable Integer maxAttempts,
    @Nullable Duration firstDelay,
    @Nullable Double factor,
    @Nullable Duration maxDelay) {

  public static final RetryOverrides NONE = new RetryOverrides(null, null, null, null);
}
