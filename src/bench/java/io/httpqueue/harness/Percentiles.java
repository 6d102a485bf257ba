package io.httpqueue.harness;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How long something took, in milliseconds. All are 0 where nothing was measured. */
public record Percentiles(double p50, double p95, double p99, double max) {

  /** Exactly, from every duration in nanoseconds. */
  public static Percentiles ofNanos(LongStream durations) {
    long[] sorted = durations.sorted().toArray();
    if (sorted.length == 0) {
      return new Percentiles(0, 0, 0, 0);
    }
    return new Percentiles(
        millis(sorted, 0.50), millis(sorted, 0.95), millis(sorted, 0.99), millis(sorted, 1));
  }

  private static double millis(long[] sorted, double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    double exact = (double) sorted[Math.max(index, 0)] / TimeUnit.MILLISECONDS.toNanos(1);
    return Math.round(exact * 100) / 100.0;
  }
}
