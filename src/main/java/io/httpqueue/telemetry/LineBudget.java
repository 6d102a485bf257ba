package io.httpqueue.telemetry;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Bounds the log lines of one kind that outside causes can make very many of: at most so many begin
 * in a second, and each tells how many were left out before it. Thread-safe.
 */
public final class LineBudget {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int linesPerSecond;
  private final LongSupplier nanoTime;

  private long secondStart;
  private int lines;
  private long leftOut;

  /**
   * @param linesPerSecond from 1 up
   * @param nanoTime as {@link System#nanoTime()}
   */
  public LineBudget(int linesPerSecond, LongSupplier nanoTime) {
    this.linesPerSecond = linesPerSecond;
    this.nanoTime = nanoTime;
    this.secondStart = nanoTime.getAsLong();
  }

  /** How many lines were left out before this one; empty if this one is to be left out, too. */
  public synchronized OptionalLong admit() {
    long now = nanoTime.getAsLong();
    if (now - secondStart >= SECOND) {
      secondStart = now;
      lines = 0;
    }
    if (lines == linesPerSecond) {
      leftOut++;
      return OptionalLong.empty();
    }
    lines++;
    long before = leftOut;
    leftOut = 0;
    return OptionalLong.of(before);
  }
}
