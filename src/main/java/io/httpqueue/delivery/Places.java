package io.httpqueue.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Has lanes do something a few at a time, in the order in which they ask: a hundred that were woken
 * together would keep all others from the processors and from Postgres for as long as all of them
 * take. Thread-safe.
 */
final class Places {

  private final Semaphore free;

  /**
   * @param count how many may be held at the same time
   */
  Places(int count) {
    this.free = new Semaphore(count, true);
  }

  /**
   * Waits for a place.
   *
   * @param patience one that has waited for so long goes on without a place: those that have one
   *     may be held up by what does not concern it
   */
  Place take(Duration patience) throws InterruptedException {
    return new Place(free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Of one lane. Used by one thread at a time. */
  final class Place implements AutoCloseable {

    private boolean held;

    private Place(boolean held) {
      this.held = held;
    }

    /** Whether it is one; else whoever waited for it goes on without. */
    boolean isHeld() {
      return held;
    }

    /** Gives it back. May be called more than once. */
    @Override
    public void close() {
      if (held) {
        held = false;
        free.release();
      }
    }
  }
}
