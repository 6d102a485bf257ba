package io.httpqueue.delivery;

import java.util.concurrent.CountDownLatch;

/** A commit of the intake that runs until it is told to end. */
final class HeldCommit implements AutoCloseable {

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ends = new CountDownLatch(1);
  private final Thread thread;

  /** Returns once the commit runs. */
  HeldCommit(IntakePrecedence precedence) throws InterruptedException {
    this.thread = Thread.ofPlatform().start(() -> precedence.<Boolean>goFirst(this::run));
    begun.await();
  }

  private boolean run() {
    begun.countDown();
    try {
      ends.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  /** May be called more than once. */
  @Override
  public void close() {
    ends.countDown();
  }
}
