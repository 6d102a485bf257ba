package io.httpqueue.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Spares a receiver that has just come back: requests start at 20 a second, twice as many each
 * second, and freely after ten. What has waited for it meanwhile would else come all at once, from
 * each webhook that it has. All times are of the monotonic clock, in nanoseconds. Used by the
 * lane's own thread alone.
 */
final class RecoveryRamp {

  private static final double FIRST_PER_SECOND = 20;
  private static final double SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration LENGTH = Duration.ofSeconds(10);

  /** What a lane that woke late may catch up with. */
  private static final Duration LATENESS = Duration.ofMillis(20);

  private @Nullable Long begunAtNanos;
  private long nextAtNanos;

  /** The receiver has answered for the first time. */
  void begin(long nowNanos) {
    begunAtNanos = nowNanos;
    nextAtNanos = nowNanos;
  }

  /** It is let go freely, or fails again. */
  void end() {
    begunAtNanos = null;
  }

  boolean lets(long nowNanos) {
    return nowNanos - freeAtNanos(nowNanos) >= 0;
  }

  /** When the next request may start; not later than now if it may now. */
  long freeAtNanos(long nowNanos) {
    return isOver(nowNanos) ? nowNanos : nextAtNanos;
  }

  void started(long nowNanos) {
    if (begunAtNanos != null && !isOver(nowNanos)) {
      double perSecond = FIRST_PER_SECOND * Math.pow(2, (nowNanos - begunAtNanos) / SECOND);
      long earliest = nowNanos - LATENESS.toNanos();
      nextAtNanos =
          (nextAtNanos - earliest > 0 ? nextAtNanos : earliest) + (long) (SECOND / perSecond);
    }
  }

  private boolean isOver(long nowNanos) {
    return begunAtNanos == null || nowNanos - begunAtNanos >= LENGTH.toNanos();
  }
}
