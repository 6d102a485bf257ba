package io.httpqueue.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * Batches without waiting: one thread takes whatever has gathered, writes it in one commit, and
 * answers each caller after that commit. One item alone costs one commit and no delay; a hundred at
 * once cost one commit.
 *
 * <p>Thread-safe. The queue is bounded by count and by bytes: what does not fit is refused, not
 * held.
 *
 * @param <T> what is written
 * @param <R> what each caller is answered
 */
public final class BatchWriter<T, R> implements AutoCloseable {

  /** Writes a batch in one transaction. */
  @FunctionalInterface
  public interface Batch<T, R> {

    /**
     * Writes the items and returns one answer for each, in their order; throws if none was written.
     */
    List<R> write(List<T> items);
  }

  /**
   * How much may gather, and how much goes into one commit.
   *
   * @param batchItems at most so many items a commit
   * @param batchBytes at most so many bytes a commit, but for a single item that is larger
   * @param queueItems at most so many items waiting
   * @param queueBytes at most so many bytes waiting, but for a single item that is larger
   */
  public record Limits(int batchItems, long batchBytes, int queueItems, long queueBytes) {}

  private record Waiting<T, R>(T item, long bytes, CompletableFuture<R> answer) {}

  private final Batch<T, R> batch;
  private final ToLongFunction<T> size;
  private final Limits limits;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private ArrayList<Waiting<T, R>> queue = new ArrayList<>();
  private long queuedBytes;
  private boolean closed;

  /**
   * @param name of the writing thread
   * @param size an item's size in bytes
   */
  public BatchWriter(String name, Limits limits, ToLongFunction<T> size, Batch<T, R> batch) {
    this.batch = batch;
    this.size = size;
    this.limits = limits;
    this.writer = Thread.ofPlatform().name(name).start(this::run);
  }

  /**
   * Queues an item. The future completes after the commit that holds it, or exceptionally with what
   * the write threw; then the item may or may not have been committed. It completes on the writing
   * thread: do nothing slow in its stages.
   *
   * @throws QueueFullException if the queue is full
   * @throws IllegalStateException after {@link #close()}
   */
  public CompletableFuture<R> write(T item) {
    long bytes = size.applyAsLong(item);
    lock.lock();
    try {
      return enqueue(item, bytes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Like {@link #write(Object)}, but waits for room in the queue.
   *
   * @param patience how long at most
   * @throws QueueFullException if there was no room in that time
   */
  public CompletableFuture<R> write(T item, Duration patience) throws InterruptedException {
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
      throw new IllegalStateException(writer.getName() + " is closed");
    }
    if (isFull(bytes)) {
      throw new QueueFullException(writer.getName(), queue.size(), queuedBytes);
    }
    CompletableFuture<R> answer = new CompletableFuture<>();
    queue.add(new Waiting<>(item, bytes, answer));
    queuedBytes += bytes;
    changed.signal();
    return answer;
  }

  private boolean isFull(long bytes) {
    return queue.size() >= limits.queueItems()
        || (!queue.isEmpty() && queuedBytes + bytes > limits.queueBytes());
  }

  /** How many items wait for a commit. */
  public int queuedItems() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, and returns when all that waited is written, or after the time given. */
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
      writer.join(patience);
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
      write(taken);
    }
  }

  /** Blocks until something waits; empty once the writer is closed and nothing is left. */
  private List<Waiting<T, R>> take() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
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
      room.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  // Whatever the write throws belongs to the callers: this thread must outlive it.
  @SuppressWarnings("CatchingUnchecked")
  private void write(List<Waiting<T, R>> taken) {
    List<R> answers;
    try {
      answers = batch.write(taken.stream().map(Waiting::item).toList());
      if (answers.size() != taken.size()) {
        throw new IllegalStateException(
            "%s: %d answers for %d items"
                .formatted(writer.getName(), answers.size(), taken.size()));
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
