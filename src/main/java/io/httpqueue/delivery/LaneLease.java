package io.httpqueue.delivery;

import java.time.Duration;

/**
 * This server's side of a lease: until when it is surely held, by the monotonic clock. It ends here
 * a little earlier than in Postgres, and goes on counting while the process is stopped, so a server
 * that wakes from a pause sends nothing that another server may be sending. Thread-safe.
 */
final class LaneLease {

  private static final Duration MARGIN = Duration.ofMillis(500);

  private volatile long endsAtNanos;
  private volatile boolean lost;

  /**
   * A lease that was taken.
   *
   * @param askedAtNanos before the statement that took it was sent
   */
  LaneLease(long askedAtNanos, Duration length) {
    renewed(askedAtNanos, length);
  }

  void renewed(long askedAtNanos, Duration length) {
    endsAtNanos = askedAtNanos + length.minus(MARGIN).toNanos();
  }

  /** Another has it now. */
  void lose() {
    lost = true;
  }

  boolean isHeld() {
    return !lost && System.nanoTime() - endsAtNanos < 0;
  }
}
