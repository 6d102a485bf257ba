package io.httpqueue.delivery;

import java.time.Duration;

/**
 * Begins with a few requests at the same time, and lets one more with each that is taken while
 * others wait for it: of receivers that hang, each has few, and those that take what they get have
 * all that they may after three answers. After a rest it is a few again. (As TCP's window, which
 * grows only while it is used up, RFC 7661, and is small again after a rest, RFC 5681, section
 * 4.1.) Waits as long as the receiver asks, then begins again with one: those that wait must not
 * lose their attempts to a receiver that is not ready for all of them. All times are of the
 * monotonic clock, in nanoseconds. Used by the lane's own thread alone.
 */
final class LaneThrottle {

  /** Of a receiver that nothing is known of. */
  private static final int FIRST_WINDOW = 4;

  private int maxInFlight;
  private int window;
  private boolean wanted;
  private long untilNanos;

  /** As a lane before left it. */
  LaneThrottle(int maxInFlight, long nowNanos, Duration left) {
    this.maxInFlight = maxInFlight;
    this.window = Math.min(FIRST_WINDOW, maxInFlight);
    this.untilNanos = nowNanos;
    if (left.isPositive()) {
      pause(left, nowNanos);
    }
  }

  /** Another number of requests at the same time is allowed. */
  void changed(int newMaxInFlight) {
    if (window == maxInFlight || window > newMaxInFlight) {
      window = newMaxInFlight;
    }
    maxInFlight = newMaxInFlight;
  }

  /** Starts nothing for so long. */
  void pause(Duration time, long nowNanos) {
    long until = nowNanos + time.toNanos();
    untilNanos = until - untilNanos > 0 ? until : untilNanos;
    beginGently();
  }

  /** From now on one at a time, until some are taken while others wait. */
  void beginGently() {
    window = 1;
  }

  /**
   * Nothing was sent for a while, and the receiver may have changed. One that had less keeps it.
   */
  void rested() {
    window = Math.min(window, FIRST_WINDOW);
  }

  /** A request was taken. One that was started before the pause tells nothing of the time after. */
  void taken(long nowNanos) {
    if (wanted && nowNanos - untilNanos >= 0) {
      window = Math.min(window + 1, maxInFlight);
    }
  }

  /**
   * Whether the next one may start beside those in flight. To be asked only while there is one: it
   * remembers whether the window keeps that waiting.
   */
  boolean lets(int inFlight, long nowNanos) {
    wanted = inFlight >= window;
    return !wanted && nowNanos - untilNanos >= 0;
  }

  /** Until when it waits; not later than now if it does not. */
  long untilNanos() {
    return untilNanos;
  }
}
