package io.httpqueue.outbound;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, which another thread can end. Whoever does the work says before each step
 * that may block how that step is broken off.
 */
final class Attempt {

  /** The attempt whose connection this thread is opening. */
  static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

  /** Why it is over. */
  enum End {
    FINISHED,
    DEADLINE,
    STOPPED
  }

  /** What it does, for the message if that fails. */
  enum Step {
    LEASE,
    LOOK_UP,
    CONNECT,
    TLS,
    ANSWER,
    BODY
  }

  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private volatile @Nullable Cancellable blocked;
  private final @Nullable ClientIdentity identity;
  // Read only by the thread that does the work.
  private Step step = Step.LEASE;

  /**
   * @param identity what the receiver is shown of who calls; null: nothing
   */
  Attempt(@Nullable ClientIdentity identity) {
    this.identity = identity;
  }

  @Nullable ClientIdentity identity() {
    return identity;
  }

  /**
   * Enters a step.
   *
   * @param breakOff ends the step from another thread; called at once if the attempt is over
   */
  void enter(Step next, Cancellable breakOff) {
    step = next;
    blocked = breakOff;
    if (end.get() != null) {
      breakOff.cancel();
    }
  }

  /**
   * Waits in a step of its own, then goes back to the step before; an attempt that is over does not
   * go on waiting.
   */
  <T> T await(Step waiting, CompletableFuture<T> result)
      throws InterruptedException, ExecutionException {
    Step stepBefore = step;
    Cancellable breakOffBefore = Objects.requireNonNull(blocked);
    enter(waiting, () -> result.cancel(false));
    T value = result.get();
    enter(stepBefore, breakOffBefore);
    return value;
  }

  /** Enters a step that is broken off as the one before. */
  void enter(Step next) {
    step = next;
  }

  /**
   * Notes that the work is done, so that nobody breaks anything off any more.
   *
   * @return false if somebody already has, or is about to
   */
  boolean finish() {
    return end.compareAndSet(null, End.FINISHED);
  }

  /** Ends the attempt; the first reason counts. */
  void end(End reason) {
    if (end.compareAndSet(null, reason)) {
      Cancellable breakOff = blocked;
      if (breakOff != null) {
        breakOff.cancel();
      }
    }
  }

  /** Null while it is not over. */
  @Nullable End ended() {
    return end.get();
  }

  Step step() {
    return step;
  }
}
