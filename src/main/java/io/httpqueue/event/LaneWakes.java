package io.httpqueue.event;

import io.httpqueue.delivery.LaneWaker;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Wakes lanes in place of the intake, which is not to wait for it: one thread takes what has
 * gathered, and hands it over to lanes on other servers. What is lost here, in a crash or while
 * Postgres is away, is found by the sweep. Thread-safe.
 */
@Component
class LaneWakes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LaneWakes.class);

  private final LaneWaker waker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private NewDeliveries waiting = new NewDeliveries();
  private boolean closed;

  LaneWakes(LaneWaker waker) {
    this.waker = waker;
    Thread.ofVirtual().name("lane-wakes").start(this::run);
  }

  /** Takes deliveries that have just been committed; never blocks. */
  void wake(NewDeliveries deliveries) {
    deliveries.handOver(waker);
    if (deliveries.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      waiting.addAll(deliveries);
      waiting.limitUnread();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (NewDeliveries taken = take(); !taken.isEmpty(); taken = take()) {
      try {
        taken.wake(waker);
      } catch (RuntimeException e) {
        log.debug("The sweep will wake some lanes: {}", e.getMessage());
      }
    }
  }

  /** Blocks until something waits; empty once closed. */
  private NewDeliveries take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      NewDeliveries taken = closed ? new NewDeliveries() : waiting;
      waiting = new NewDeliveries();
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
