package io.httpqueue.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Has what comes in go before what has been waiting: a backlog that is drained takes all that the
 * processors and Postgres have, and callers would wait for their share of it. Thread-safe.
 */
@Component
public class IntakePrecedence {

  /**
   * As long as most commits take. With more, pushes without a pause would hold a backlog up; so
   * they let 256 deliveries of it pass for each of their commits.
   */
  private static final Duration PATIENCE = Duration.ofMillis(5);

  private final ReentrantLock accepting = new ReentrantLock();
  private final Duration patience;

  @Autowired
  IntakePrecedence() {
    this(PATIENCE);
  }

  /**
   * @param patience how long a backlog waits at most
   */
  IntakePrecedence(Duration patience) {
    this.patience = patience;
  }

  /** Runs a commit of the intake, and returns what it returns. */
  public <R> R goFirst(Supplier<R> commit) {
    accepting.lock();
    try {
      return commit.get();
    } finally {
      accepting.unlock();
    }
  }

  /** Waits until no commit of the intake runs, or as long as a backlog may be kept waiting. */
  void giveWay() {
    try {
      if (accepting.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        accepting.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
