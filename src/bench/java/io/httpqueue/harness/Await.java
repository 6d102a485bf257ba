package io.httpqueue.harness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting, with a limit. */
public final class Await {

  private Await() {}

  /** Looks every {@code interval} until the condition holds. Returns whether it did in time. */
  public static boolean until(Duration limit, Duration interval, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      pause(interval);
    }
    return true;
  }

  /** Waits; fails if the thread is interrupted. */
  public static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted");
      }
    }
  }
}
