package io.httpqueue.delivery;

import java.time.Duration;

/** A moment on the monotonic clock. */
record Deadline(long atNanos) {

  Deadline(Duration fromNow) {
    this(System.nanoTime() + fromNow.toNanos());
  }

  boolean isOver() {
    return nanosLeft() == 0;
  }

  long nanosLeft() {
    return Math.max(0, atNanos - System.nanoTime());
  }
}
