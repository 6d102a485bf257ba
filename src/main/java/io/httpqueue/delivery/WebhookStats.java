package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Map;

/**
 * What went to one webhook within a window, and what waits now.
 *
 * @param attemptCount attempts made
 * @param successCount deliveries that ended in SUCCESS
 * @param failedAttemptCount attempts that failed
 * @param failedCount deliveries that ended in FAILED, EXPIRED or CANCELLED
 * @param successesPerSecond over the window
 * @param attemptDuration of an attempt
 * @param endToEnd from an event's acceptance, or a replay's making of the delivery, to its success
 * @param oldestDueAge how long the oldest delivery that is due has been due; zero where none is
 * @param waitingCount deliveries that wait, counted up to 10000
 * @param errors failed attempts by their kind
 */
public record WebhookStats(
    WebhookId webhook,
    long attemptCount,
    long successCount,
    long failedAttemptCount,
    long failedCount,
    double successesPerSecond,
    Latency attemptDuration,
    Latency endToEnd,
    Duration oldestDueAge,
    long waitingCount,
    Map<ErrorClass, Long> errors) {

  public WebhookStats {
    errors = Map.copyOf(errors);
  }

  /** A distribution in milliseconds, to the width of a bucket (about a fifth). */
  public record Latency(double p50Millis, double p95Millis, double p99Millis) {

    static Latency of(Map<Integer, Long> counts) {
      return new Latency(
          LatencyBuckets.percentile(counts, 0.5),
          LatencyBuckets.percentile(counts, 0.95),
          LatencyBuckets.percentile(counts, 0.99));
    }
  }
}
