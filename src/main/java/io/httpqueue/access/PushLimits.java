package io.httpqueue.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many events each key may push on this server: so many a second, and after a quiet time those
 * of one second at once. Counts in memory. Thread-safe.
 */
public final class PushLimits {

  private static final double NANOS = 1e9;

  private final double defaultRate;
  private final LongSupplier nanoTime;
  private final Cache<ApiKeyId, Bucket> buckets =
      // A bucket is full again long before.
      Caffeine.newBuilder().expireAfterAccess(Duration.ofHours(1)).build();

  /**
   * @param defaultRate events a second for keys without a rate of their own; 0 for no limit
   * @param nanoTime as {@link System#nanoTime()}
   */
  PushLimits(double defaultRate, LongSupplier nanoTime) {
    this.defaultRate = defaultRate;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts one event.
   *
   * @throws RateLimitedException if it is one too many
   */
  public void take(ApiKey key) {
    Double own = key.pushesPerSecond();
    double rate = own == null ? defaultRate : own;
    if (rate > 0) {
      buckets.get(key.id(), _ -> new Bucket(rate, nanoTime.getAsLong())).take(rate);
    }
  }

  private final class Bucket {

    private double tokens;
    private long lastFilled;

    Bucket(double rate, long now) {
      this.tokens = capacity(rate);
      this.lastFilled = now;
    }

    synchronized void take(double rate) {
      long now = nanoTime.getAsLong();
      tokens = Math.min(capacity(rate), tokens + (now - lastFilled) / NANOS * rate);
      lastFilled = now;
      if (tokens < 1) {
        throw new RateLimitedException(
            rate, Duration.ofNanos((long) Math.ceil((1 - tokens) / rate * NANOS)));
      }
      tokens--;
    }

    /** A rate below one a second still lets single events in. */
    private static double capacity(double rate) {
      return Math.max(1, rate);
    }
  }
}
