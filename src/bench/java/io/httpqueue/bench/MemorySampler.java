package io.httpqueue.bench;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Reads a size of memory every second. */
final class MemorySampler implements AutoCloseable {

  private static final long MIB = 1024 * 1024;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final LongSupplier bytes;
  private final long first;
  private volatile long most;

  MemorySampler(LongSupplier bytes) {
    this.bytes = bytes;
    this.first = bytes.getAsLong();
    this.most = first;
    var _ = clock.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
  }

  /** In MiB. */
  record Memory(long start, long max) {}

  Memory memory() {
    sample();
    return new Memory(first / MIB, most / MIB);
  }

  private synchronized void sample() {
    most = Math.max(most, bytes.getAsLong());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
