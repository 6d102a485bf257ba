package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What this server counted for one webhook in one minute or hour. Thread-safe. */
final class StatsSlot {

  /** How long a slot is. The names are those of the Postgres type {@code stats_span}. */
  enum Span {
    MINUTE(ChronoUnit.MINUTES),
    HOUR(ChronoUnit.HOURS);

    private final ChronoUnit unit;

    Span(ChronoUnit unit) {
      this.unit = unit;
    }

    Instant start(Instant moment) {
      return moment.truncatedTo(unit);
    }

    Instant end(Instant start) {
      return start.plus(unit.getDuration());
    }
  }

  /** Which slot. */
  record Key(WebhookId webhook, Span span, Instant startsAt) {

    boolean isOver(Instant now) {
      return span.end(startsAt).isBefore(now);
    }
  }

  /** Its figures at one moment. */
  record Figures(
      Key key,
      long attempts,
      long successes,
      long failedAttempts,
      long failed,
      Map<Integer, Long> attemptDuration,
      Map<Integer, Long> endToEnd,
      Map<ErrorClass, Long> errors) {}

  private final Key key;
  private final Map<Integer, Long> attemptDuration = new TreeMap<>();
  private final Map<Integer, Long> endToEnd = new TreeMap<>();
  private final Map<ErrorClass, Long> errors = new TreeMap<>();
  private long attempts;
  private long successes;
  private long failedAttempts;
  private long failed;
  private boolean unwritten;

  StatsSlot(Key key) {
    this.key = key;
  }

  /**
   * An attempt has ended.
   *
   * @param error null if it succeeded
   */
  synchronized void attempt(Duration duration, boolean succeeded, @Nullable ErrorClass error) {
    unwritten = true;
    attempts++;
    attemptDuration.merge(LatencyBuckets.of(duration), 1L, Long::sum);
    if (!succeeded) {
      failedAttempts++;
    }
    if (error != null) {
      errors.merge(error, 1L, Long::sum);
    }
  }

  /** A delivery has arrived, so long after it was accepted. */
  synchronized void success(Duration age) {
    unwritten = true;
    successes++;
    endToEnd.merge(LatencyBuckets.of(age), 1L, Long::sum);
  }

  /** Deliveries have ended otherwise. */
  synchronized void failed(long count) {
    unwritten = true;
    failed += count;
  }

  /** The figures, if they have changed since the last call; the caller will write them. */
  synchronized Optional<Figures> take() {
    if (!unwritten) {
      return Optional.empty();
    }
    unwritten = false;
    return Optional.of(
        new Figures(
            key,
            attempts,
            successes,
            failedAttempts,
            failed,
            new TreeMap<>(attemptDuration),
            new TreeMap<>(endToEnd),
            new TreeMap<>(errors)));
  }

  /** Whether nothing has changed since the last call of {@link #take}. */
  synchronized boolean isWritten() {
    return !unwritten;
  }

  /** What was taken could not be written. */
  synchronized void putBack() {
    unwritten = true;
  }
}
