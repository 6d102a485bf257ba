package io.httpqueue.delivery;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Bounds the memory of the payloads that this server has in flight, however many lanes it runs. A
 * quarter is kept for lanes that have nothing in flight, and what is small goes in any case: large
 * payloads to receivers that hang keep only each other waiting. Thread-safe.
 */
@Component
class PayloadMemory {

  /** As many lanes as a server runs may have one of these each, beside what is bounded. */
  private static final int SMALL = 16 << 10;

  private static final int READ_AT_ONCE = 4 * EventContent.LARGEST_PAYLOAD;

  private final long bytes;
  private final AtomicLong taken = new AtomicLong();

  PayloadMemory(DeliverySettings settings) {
    this.bytes = settings.maxPayloadInFlight().toBytes();
  }

  /** A lane begins. */
  Lane join() {
    return new Lane();
  }

  /** What all lanes of this server hold, and are about to read. */
  long taken() {
    return taken.get();
  }

  private boolean take(int size, boolean first) {
    boolean inAnyCase = first && size <= SMALL;
    long limit = first ? bytes : bytes - bytes / 4;
    while (true) {
      long now = taken.get();
      if (now + size > limit && !inAnyCase) {
        return false;
      }
      if (taken.compareAndSet(now, now + size)) {
        return true;
      }
    }
  }

  /**
   * What one lane has. How large a payload is is known once it is read; until then it is taken to
   * be as large as those before it. Used by the lane's own thread alone.
   */
  final class Lane {

    /** Zero while none has been read. */
    private int expected;

    private int largest;

    private Lane() {}

    /** How many payloads to read at once: one while nothing is known of them. */
    int readAtOnce() {
      return expected == 0 ? 1 : Math.max(1, READ_AT_ONCE / expected);
    }

    /** How many bytes a payload that is read may have. */
    int bytesToRead() {
      return expected == 0 ? EventContent.LARGEST_PAYLOAD : expected;
    }

    /**
     * Reserves memory for a payload that is to be read.
     *
     * @param first whether the lane has nothing in flight
     * @return false if there is none for it just now
     */
    boolean reserve(boolean first) {
      return take(expected, first);
    }

    /** Gives a reservation up. */
    void release() {
      give(expected);
    }

    /**
     * Puts a payload that has been read in place of a reservation; returns false, and gives the
     * reservation up, if it is larger and there is no memory for that.
     */
    boolean hold(int size) {
      largest = Math.max(largest, size);
      if (size <= expected) {
        give(expected - size);
        return true;
      }
      if (take(size - expected, true)) {
        return true;
      }
      release();
      return false;
    }

    /** Gives the memory of a payload back. */
    void give(int size) {
      taken.addAndGet(-size);
    }

    /** All that was reserved is held or given up: from now on the next are expected to be alike. */
    void learn() {
      expected = Math.max(largest, expected / 2);
      largest = 0;
    }
  }
}
