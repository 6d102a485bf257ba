package io.httpqueue.delivery;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/**
 * Shares the requests that this server may have in flight among its lanes. Each lane has one place
 * of its own, so that nobody can keep it from working. Of the shared ones it may take one as long
 * as it has no more than are still free: the fuller the server, the smaller is each lane's share.
 * (Switches share their buffers so: dynamic thresholds, Choudhury and Hahne 1998.) A quarter is
 * kept for lanes that have few, in equal parts: those that came first may have taken much, and
 * hang. Thread-safe.
 */
@Component
class FairShare {

  private final int places;

  /** Among which what is kept is divided. */
  private final AtomicInteger lanes = new AtomicInteger();

  /** Of those that are shared. */
  private final AtomicInteger taken = new AtomicInteger();

  private final AtomicInteger inFlight = new AtomicInteger();

  FairShare(DeliverySettings settings) {
    this.places = settings.maxRequests();
  }

  /** A lane begins. */
  Share join() {
    lanes.incrementAndGet();
    return new Share();
  }

  /** Requests that all lanes of this server have in flight. */
  int inFlight() {
    return inFlight.get();
  }

  private boolean take(int own) {
    int kept = places / 4;
    while (true) {
      int now = taken.get();
      int free = places - now;
      boolean hasFew = own < kept / lanes.get();
      if (free <= 0 || own > (hasFew ? places : free - kept)) {
        return false;
      }
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** What one lane has. Used by the lane's own thread alone. */
  final class Share implements AutoCloseable {

    private int own;

    private Share() {}

    /** Takes a place for a request; false if there is none for this lane just now. */
    boolean take() {
      if (own > 0 && !FairShare.this.take(own)) {
        return false;
      }
      own++;
      inFlight.incrementAndGet();
      return true;
    }

    /** Gives a place back. */
    void give() {
      own--;
      inFlight.decrementAndGet();
      if (own > 0) {
        taken.decrementAndGet();
      }
    }

    /** How many places it has. */
    int own() {
      return own;
    }

    /** The lane has nothing to do, and counts no more until it resumes. */
    void rest() {
      lanes.decrementAndGet();
    }

    /** The lane goes on after a {@link #rest}. */
    void resume() {
      lanes.incrementAndGet();
    }

    /** The lane ends; it does not rest. */
    @Override
    public void close() {
      lanes.decrementAndGet();
    }
  }
}
