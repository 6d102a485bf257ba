package io.httpqueue.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Hands what the intake has committed to the fan-out. While a fan-out job runs on this server it is
 * given everything; else one is started, and what is committed until it runs gathers for the next.
 * Thread-safe.
 */
@Component
class FanOutDispatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FanOutDispatcher.class);

  /** How long to gather for a job that was asked for; then it probably runs on another server. */
  private static final Duration START_PATIENCE = Duration.ofMillis(100);

  private static final int FAN_OUTS_PER_JOB = 500;

  private final FanOutStarter starter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<UUID> waiting = new ArrayList<>();
  private int attached;
  private long gatherUntilNanos = System.nanoTime();
  private boolean turnsEnd;
  private boolean closed;

  FanOutDispatcher(FanOutStarter starter) {
    this.starter = starter;
    Thread.ofVirtual().name("fan-out-dispatcher").start(this::startJobs);
  }

  /** Takes rows of {@code fan_out} that have just been committed; never blocks. */
  void dispatch(List<UUID> fanOuts) {
    if (fanOuts.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      waiting.addAll(fanOuts);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A job runs here and will ask for more. */
  void attach() {
    lock.lock();
    try {
      attached++;
    } finally {
      lock.unlock();
    }
  }

  /** The job asks no more. */
  void detach() {
    lock.lock();
    try {
      attached--;
      turnsEnd = turnsEnd && attached > 0;
      gatherUntilNanos = System.nanoTime();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the turn of the jobs that run here now; others may follow. */
  void endTurns() {
    lock.lock();
    try {
      turnsEnd = attached > 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What waits, oldest first; empty if nothing came in time, or this server stops. */
  List<UUID> next(int limit, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long nanos = patience.toNanos();
      while (waiting.isEmpty() && !closed && !turnsEnd && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return turnsEnd ? List.of() : take(limit);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the wait of the jobs here, and starts no more; what waits is found by the sweep of another
   * server.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<UUID> take(int limit) {
    int count = Math.min(limit, waiting.size());
    List<UUID> taken = new ArrayList<>(waiting.subList(0, count));
    waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
    return taken;
  }

  private void startJobs() {
    try {
      for (List<UUID> due = awaitDue(); !due.isEmpty(); due = awaitDue()) {
        start(due);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until something waits that no job here will fetch; empty when closed. */
  private List<UUID> awaitDue() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        long gatherNanos = gatherUntilNanos - System.nanoTime();
        if (waiting.isEmpty() || attached > 0) {
          changed.await();
        } else if (gatherNanos > 0) {
          changed.awaitNanos(gatherNanos);
        } else {
          gatherUntilNanos = System.nanoTime() + START_PATIENCE.toNanos();
          return take(FAN_OUTS_PER_JOB);
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private void start(List<UUID> fanOuts) {
    try {
      starter.startFanOuts(fanOuts);
    } catch (RuntimeException e) {
      // They are committed: the sweep finds them when Postgres is back.
      log.debug("A fan-out could not be started: {}", e.getMessage());
    }
  }
}
