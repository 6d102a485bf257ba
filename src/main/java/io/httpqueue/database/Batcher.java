package io.httpqueue.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * Batches without waiting: one thread takes whatever has gathered, has it done in one go (a commit,
 * or a read), and answers each caller after that. One item alone costs one commit and no delay; a
 * hundred at once cost one commit. Where nobody waits for the answers it may be given a {@link
 * Pace}.
 *
 * <p>Thread-safe. The queue is bounded by count and by bytes: what does not fit is refused, not
 * held.
 *
 * @param <T> what is written, or asked for
 * @param <R> what each caller is answered
 */
public final class Batcher<T, R> implements AutoCloseable {

  /** Does what a batch asks for. */
  @FunctionalInterface
  public interface Batch<T, R> {

    /** Returns one answer for each item, in their order. What it throws is the answer of all. */
    List<R> run(List<T> items);
  }

  /**
   * How much may gather, and how much goes into one batch.
   *
   * @param batchItems at most so many items a batch
   * @param batchBytes at most so many bytes a batch, but for a single item that is larger
   * @param queueItems at most so many items waiting
   * @param queueBytes at most so many bytes waiting, but for a single item that is larger
   */
  public record Limits(int batchItems, long batchBytes, int queueItems, long queueBytes) {}

  /**
   * Lets more gather while much comes, since a batch costs as much as some dozens of items: after
   * one of many, the next begins no sooner than an interval later.
   *
   * @param items a batch of so many, or more, is followed by a wait; smaller ones are not
   * @param interval from the beginning of a batch to that of the next
   */
  public record Pace(int items, Duration interval) {

    /** Never waits. */
    public static final Pace NONE = new Pace(Integer.MAX_VALUE, Duration.ZERO);
  }

  private record Waiting<T, R>(T item, long bytes, CompletableFuture<R> answer) {}

  private final Batch<T, R> batch;
  private final ToLongFunction<T> size;
  private final Limits limits;
  private final Pace pace;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private ArrayList<Waiting<T, R>> queue = new ArrayList<>();
  private long queuedBytes;
  private boolean urgent;
  private boolean closed;
  private long nextNanos = System.nanoTime();

  /**
   * @param name of the thread
   * @param size an item's size in bytes, or in whatever the limits count
   */
  public Batcher(String name, Limits limits, Pace pace, ToLongFunction<T> size, Batch<T, R> batch) {
    this.batch = batch;
    this.size = size;
    this.limits = limits;
    this.pace = pace;
    this.thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /**
   * Queues an item. The future completes after the batch that holds it, or exceptionally with what
   * the batch threw; then the item may or may not have been committed. It completes on the
   * batcher's thread: do nothing slow in its stages.
   *
   * @throws QueueFullException if the queue is full
   * @throws IllegalStateException after {@link #close()}
   */
  public CompletableFuture<R> submit(T item) {
    long bytes = size.applyAsLong(item);
    lock.lock();
    try {
      return enqueue(item, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Like {@link #submit(Object)}, but with the next batch that can be, whatever the pace. */
  public CompletableFuture<R> submitAtOnce(T item) {
    long bytes = size.applyAsLong(item);
    lock.lock();
    try {
      CompletableFuture<R> answer = enqueue(item, bytes);
      urgent = true;
      changed.signal();
      return answer;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Like {@link #submit(Object)}, but waits for room in the queue.
   *
   * @param patience how long at most
   * @throws QueueFullException if there was no room in that time
   */
  public CompletableFuture<R> submit(T item, Duration patience) throws InterruptedException {
    long bytes = size.applyAsLong(item);
    long nanos = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (isFull(bytes) && !closed && nanos > 0) {
        nanos = room.awaitNanos(nanos);
      }
      return enqueue(item, bytes);
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<R> enqueue(T item, long bytes) {
    if (closed) {
      throw new IllegalStateException(thread.getName() + " is closed");
    }
    if (isFull(bytes)) {
      throw new QueueFullException(thread.getName(), queue.size(), queuedBytes);
    }
    CompletableFuture<R> answer = new CompletableFuture<>();
    queue.add(new Waiting<>(item, bytes, answer));
    queuedBytes += bytes;
    if (queue.size() == 1 || isEnoughForABatch()) {
      changed.signal();
    }
    return answer;
  }

  private boolean isFull(long bytes) {
    return queue.size() >= limits.queueItems()
        || (!queue.isEmpty() && queuedBytes + bytes > limits.queueBytes());
  }

  private boolean isEnoughForABatch() {
    return queue.size() >= limits.batchItems() || queuedBytes >= limits.batchBytes();
  }

  /** How many items wait for a batch. */
  public int queuedItems() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, and returns when all that waited is done, or after the time given. */
  public void close(Duration patience) {
    lock.lock();
    try {
      closed = true;
      changed.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }

  private void run() {
    for (List<Waiting<T, R>> taken = take(); !taken.isEmpty(); taken = take()) {
      answer(taken);
    }
  }

  /** Blocks until something is to be done; empty once closed and nothing is left. */
  private List<Waiting<T, R>> take() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      gather();
      int count = 0;
      long bytes = 0;
      while (count < queue.size()
          && count < limits.batchItems()
          && (count == 0 || bytes + queue.get(count).bytes() <= limits.batchBytes())) {
        bytes += queue.get(count++).bytes();
      }
      List<Waiting<T, R>> taken = queue.subList(0, count);
      queue = new ArrayList<>(queue.subList(count, queue.size()));
      queuedBytes -= bytes;
      urgent = urgent && !queue.isEmpty();
      if (count >= pace.items()) {
        nextNanos = System.nanoTime() + pace.interval().toNanos();
      }
      room.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the pace allows a batch, or something does not allow for waiting. */
  private void gather() {
    long nanos = nextNanos - System.nanoTime();
    while (nanos > 0 && !urgent && !closed && !isEnoughForABatch()) {
      try {
        nanos = changed.awaitNanos(nanos);
      } catch (InterruptedException e) {
        // Nobody interrupts this thread to have it end; close() does that.
        return;
      }
    }
  }

  // Whatever the batch throws belongs to the callers: this thread must outlive it.
  @SuppressWarnings("CatchingUnchecked")
  private void answer(List<Waiting<T, R>> taken) {
    List<R> answers;
    try {
      answers = batch.run(taken.stream().map(Waiting::item).toList());
      if (answers.size() != taken.size()) {
        throw new IllegalStateException(
            "%s: %d answers for %d items"
                .formatted(thread.getName(), answers.size(), taken.size()));
      }
    } catch (Exception | Error e) {
      taken.forEach(waiting -> waiting.answer().completeExceptionally(e));
      return;
    }
    for (int i = 0; i < taken.size(); i++) {
      taken.get(i).answer().complete(answers.get(i));
    }
  }
}
