package io.httpqueue.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Has what this server accepts go before what has been waiting: a backlog that is drained takes all
 * that the processors and Postgres have, and callers would wait for their share of it. Thread-safe.
 */
@Component
public class IntakePrecedence {

  /**
   * As long as most commits take. Pushes without a pause hold up a backlog by no more than this for
   * each of its reads, which are for many deliveries.
   */
  private static final Duration PATIENCE = Duration.ofMillis(5);

  /** Callers who have had an answer within that time are about to push the next event. */
  static final Duration LATELY = Duration.ofSeconds(1);

  private final ReentrantLock accepting = new ReentrantLock();
  private final Duration patience;
  private volatile boolean committing;
  private volatile long committedNanos = System.nanoTime() - LATELY.toNanos();

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
    committing = true;
    try {
      return commit.get();
    } finally {
      committedNanos = System.nanoTime();
      committing = false;
      accepting.unlock();
    }
  }

  /** Whether a commit of the intake runs, or has ended within the last second. */
  boolean isAccepting(long nowNanos) {
    return committing || nowNanos - committedNanos < LATELY.toNanos();
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

  /** Whether a backlog waits now. */
  boolean isGivenWay() {
    return accepting.hasQueuedThreads();
  }
}
