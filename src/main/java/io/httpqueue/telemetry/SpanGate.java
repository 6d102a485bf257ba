package io.httpqueue.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether spans are worth recording: while no collector takes them, one each second is, to find out
 * when one does. Thread-safe.
 */
final class SpanGate {

  private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

  private final AtomicLong nextProbeNanos = new AtomicLong();
  private volatile boolean closed;

  /** Some spans were exported, or could not be. */
  void exported(boolean success) {
    if (!success && !closed) {
      nextProbeNanos.set(System.nanoTime() + PROBE_EVERY.toNanos());
    }
    closed = !success;
  }

  /** Whether a span would be let through now. */
  boolean isOpen() {
    return !closed || System.nanoTime() - nextProbeNanos.get() >= 0;
  }

  /** Lets a span through, or not; the next one after a probe is not. */
  boolean lets() {
    if (!closed) {
      return true;
    }
    long due = nextProbeNanos.get();
    long now = System.nanoTime();
    return now - due >= 0 && nextProbeNanos.compareAndSet(due, now + PROBE_EVERY.toNanos());
  }
}
