package io.httpqueue.delivery;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Bounds the memory of the payloads that this server has in flight, however many lanes it runs. A
 * quarter is kept for lanes that have nothing in flight, and a small payload that is its lane's
 * only one goes in any case: large payloads to receivers that hang keep only each other waiting.
 * Thread-safe.
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

  /**
   * Takes some bytes of a payload.
   *
   * @param size of all of it
   * @param only whether its lane has nothing else in flight
   */
  private boolean take(int more, int size, boolean only) {
    boolean inAnyCase = only && size <= SMALL;
    long limit = only ? bytes : bytes - bytes / 4;
    while (true) {
      long now = taken.get();
      if (now + more > limit && !inAnyCase) {
        return false;
      }
      if (taken.compareAndSet(now, now + more)) {
        return true;
      }
    }
  }

  /**
   * What one lane has. How large a payload is is known once it has been looked at; until then it is
   * expected to be as large as those before it. Used by the lane's own thread alone.
   */
  final class Lane {

    private int expected;

    /** How large one is that was looked at, and waits for memory; zero where none does. */
    private int waiting;

    private int largest;
    private int refused;

    private Lane() {}

    /** Whether to read payloads that are longer than most. */
    boolean readsAnySize() {
      return Math.max(expected, waiting) > EventContentReader.USUAL;
    }

    /** How many to read at once. */
    int readAtOnce() {
      return READ_AT_ONCE
          / (readsAnySize() ? EventContent.LARGEST_PAYLOAD : EventContentReader.USUAL);
    }

    /**
     * Reserves memory for a payload that is to be read.
     *
     * @param only whether the lane has nothing else in flight; then it may look at one in any case,
     *     since it may be smaller than those before it
     * @return how much it has; empty if there is none for it just now
     */
    OptionalInt reserve(boolean only) {
      int size = Math.max(expected, waiting);
      if (take(size, size, only)) {
        return OptionalInt.of(size);
      }
      return only && waiting == 0 ? OptionalInt.of(0) : OptionalInt.empty();
    }

    /**
     * Puts a payload that has been read in place of a reservation; returns false, and gives the
     * reservation up, if it is larger and there is no memory for that.
     */
    boolean hold(int reserved, int size, boolean only) {
      largest = Math.max(largest, size);
      if (size <= reserved) {
        give(reserved - size);
        return true;
      }
      if (take(size - reserved, size, only)) {
        return true;
      }
      give(reserved);
      refused = Math.max(refused, size);
      return false;
    }

    /** Notes how large a payload is that was too long to be read, and gives its reservation up. */
    void refuse(int reserved, int size) {
      give(reserved);
      largest = Math.max(largest, size);
      refused = Math.max(refused, size);
    }

    /** Gives memory back. */
    void give(int size) {
      taken.addAndGet(-size);
    }

    /** All that was reserved is held or given up: from now on the next are expected to be alike. */
    void learn() {
      expected = Math.max(largest, expected / 2);
      waiting = refused;
      largest = 0;
      refused = 0;
    }
  }
}
