package io.httpqueue.access;

import java.time.Duration;

/** The key has used up its pushes for now. */
public final class RateLimitedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  RateLimitedException(double pushesPerSecond, Duration retryAfter) {
    super(
        "this API key may push %s events a second on each server; try again"
            .formatted(
                pushesPerSecond == Math.rint(pushesPerSecond)
                    ? Long.toString((long) pushesPerSecond)
                    : Double.toString(pushesPerSecond)),
        null,
        false,
        false);
    this.retryAfter = retryAfter;
  }

  /** After this, one more push is let in if no other takes its place. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
