package io.httpqueue.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Holds a backlog back while this server accepts events: one that is drained as fast as can be
 * takes the processors, and callers wait several times as long for their answers.
 *
 * <p>Nothing is held for good: not what has become due within the last minute, no lane for more
 * than a second before each of its turns, and no backlog for more than five minutes, since it may
 * be one that grows. All times are of the monotonic clock, in nanoseconds. Thread-safe.
 */
@Component
class BacklogPace {

  /** A server that has fallen behind by less catches up as fast as it can. */
  static final Duration LONG_AGO = Duration.ofMinutes(1);

  /** How many a lane starts in its turn: as many as are read at once. */
  static final int TURN = 32;

  /** A lane that has fewer to start does not keep a push waiting. */
  static final int WORTH_HOLDING = TURN / 2;

  /** Where so many lanes wait that the last would do so for longer, the rate is exceeded. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  static final Duration LONGEST_HOLD = Duration.ofMinutes(5);

  /** Nothing was held for so long: what is held next is another backlog. */
  static final Duration BREAK = Duration.ofSeconds(10);

  /** How late a lane that waits for its turn may heed what it is told. */
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(100);

  /** The same for one that is about to be told that it may give places back to others. */
  private static final Duration SHORT_SLEEP = Duration.ofMillis(20);

  private final IntakePrecedence intake;
  private final long nanosPerTurn;
  private final AtomicInteger heldBack = new AtomicInteger();

  private final ReentrantLock lock = new ReentrantLock();
  private long freeAtNanos = System.nanoTime();
  private long heldSinceNanos;
  private long lastHeldNanos = System.nanoTime() - BREAK.toNanos();

  @Autowired
  BacklogPace(IntakePrecedence intake, DeliverySettings settings) {
    this(intake, (long) settings.backlogRate() * Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param perSecond how many deliveries of a backlog may start while events are accepted
   */
  BacklogPace(IntakePrecedence intake, long perSecond) {
    this.intake = intake;
    this.nanosPerTurn = TURN * TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** A lane begins. */
  Lane join() {
    return new Lane();
  }

  /** How many lanes wait for their turn. */
  int heldBack() {
    return heldBack.get();
  }

  /** What would expire if it were held for as long as may be goes at once. */
  private static boolean isBacklog(DueDelivery next, int ready, long nowNanos) {
    return ready >= WORTH_HOLDING
        && nowNanos - next.dueSinceNanos() > LONG_AGO.toNanos()
        && next.expiresAtNanos() - nowNanos > LONGEST_HOLD.toNanos();
  }

  /** When the next turn begins. */
  private long nextTurn(long nowNanos) {
    lock.lock();
    try {
      long wait = Math.clamp(freeAtNanos - nowNanos, 0, PATIENCE.toNanos());
      freeAtNanos = nowNanos + wait + nanosPerTurn;
      return wait > 0 && mayHold(nowNanos) ? nowNanos + wait : nowNanos;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayHold(long nowNanos) {
    if (nowNanos - lastHeldNanos >= BREAK.toNanos()) {
      heldSinceNanos = nowNanos;
    }
    lastHeldNanos = nowNanos;
    return nowNanos - heldSinceNanos < LONGEST_HOLD.toNanos();
  }

  /**
   * The turns of one lane: lanes have them in the order in which they ask. Used by the lane's own
   * thread alone.
   */
  final class Lane {

    /** How many it may still start in its turn, which may be to come. */
    private int left;

    private long turnNanos;

    private Lane() {}

    /**
     * Whether a delivery may start.
     *
     * @param ready how many the lane has to start, with this one
     */
    boolean lets(DueDelivery next, int ready, long nowNanos) {
      return !intake.isAccepting(nowNanos)
          || !isBacklog(next, ready, nowNanos)
          || isItsTurn(nowNanos);
    }

    private boolean isItsTurn(long nowNanos) {
      if (left == 0) {
        turnNanos = nextTurn(nowNanos);
        left = TURN;
      }
      return nowNanos - turnNanos >= 0;
    }

    /** One has started. */
    void started() {
      left = Math.max(0, left - 1);
    }

    /** One that was to start did not. */
    void notStarted() {
      left = Math.min(TURN, left + 1);
    }

    /**
     * Sleeps until the lane has its turn, or is to look whether it still waits for it.
     *
     * @param inFlight requests that it has
     */
    void sleep(int inFlight, long nowNanos) throws InterruptedException {
      heldBack.incrementAndGet();
      try {
        TimeUnit.NANOSECONDS.sleep(nanosToSleep(inFlight, nowNanos));
      } finally {
        heldBack.decrementAndGet();
      }
    }

    long nanosToSleep(int inFlight, long nowNanos) {
      Duration longest = inFlight == 0 ? LONGEST_SLEEP : SHORT_SLEEP;
      return Math.clamp(turnNanos - nowNanos, 0, longest.toNanos());
    }
  }
}
