package io.httpqueue.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Durations counted in buckets, each a fifth wider than the one before: a distribution over seven
 * orders of magnitude in some dozens of numbers, which can be added up over servers and minutes.
 */
final class LatencyBuckets {

  private static final double GROWTH = 1.2;

  private LatencyBuckets() {}

  /** The bucket of a duration: 0 holds what takes a millisecond or less. */
  static int of(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    return millis <= 1 ? 0 : (int) Math.ceil(Math.log(millis) / Math.log(GROWTH) - 1e-9);
  }

  /** What a bucket's durations are at most. */
  static double upperMillis(int bucket) {
    return Math.pow(GROWTH, bucket);
  }

  /**
   * What this share of the durations is at most, in milliseconds; 0 where there are none.
   *
   * @param counts by bucket
   * @param share 0 to 1
   */
  static double percentile(Map<Integer, Long> counts, double share) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    long wanted = Math.max(1, (long) Math.ceil(total * share));
    long seen = 0;
    for (Map.Entry<Integer, Long> bucket : new TreeMap<>(counts).entrySet()) {
      seen += bucket.getValue();
      if (seen >= wanted) {
        return upperMillis(bucket.getKey());
      }
    }
    return 0;
  }
}
