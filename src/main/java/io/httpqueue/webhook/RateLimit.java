package io.httpqueue.webhook;

import org.jspecify.annotations.Nullable;

/**
 * How fast requests to a webhook may start.
 *
 * @param perSecond requests a second, 0.001 to 10000
 * @param givenBurst requests that may start at once after a quiet time, 1 to 10000; null for the
 *     rate of one second
 */
public record RateLimit(double perSecond, @Nullable Integer givenBurst) {

  /** The burst in force: at least 1. */
  public int burst() {
    return givenBurst == null ? Math.max(1, (int) Math.floor(perSecond)) : givenBurst;
  }
}
