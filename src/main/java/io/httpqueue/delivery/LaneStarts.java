package io.httpqueue.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Has lanes start a few at a time. A start is some milliseconds of work for this server and for
 * Postgres; a hundred that are woken together would keep all others from both for as long as all of
 * them take. Thread-safe.
 */
@Component
class LaneStarts {

  /** A start waits for Postgres for about half of its time. */
  private static final int PER_PROCESSOR = 2;

  private final Semaphore places;
  private final Duration patience;

  @Autowired
  LaneStarts() {
    this(PER_PROCESSOR * Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(3));
  }

  /**
   * @param places how many may start at the same time
   * @param patience one that has waited for so long starts without a place: those that have one may
   *     be held up by what does not concern it
   */
  LaneStarts(int places, Duration patience) {
    this.places = new Semaphore(places, true);
    this.patience = patience;
  }

  /** Waits for its turn, in the order of those that ask. */
  Start begin() throws InterruptedException {
    return new Start(places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Of one lane. Used by the lane's own thread alone. */
  final class Start implements AutoCloseable {

    private boolean holdsPlace;

    private Start(boolean holdsPlace) {
      this.holdsPlace = holdsPlace;
    }

    /** The lane has started, or will not. May be called more than once. */
    @Override
    public void close() {
      if (holdsPlace) {
        holdsPlace = false;
        places.release();
      }
    }
  }
}
