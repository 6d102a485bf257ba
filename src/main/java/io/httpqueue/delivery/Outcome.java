package io.httpqueue.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded of a delivery.
 *
 * @param attemptsBefore how many attempts were made before; guards the write
 * @param retryAfter null unless the status is RETRYING
 * @param endedBecause why it ended, where no attempt tells
 * @param blocks whether those behind it with the same ordering key have to wait; only where it
 *     FAILED
 * @param attempt the attempt that led here; null if none was made
 */
record Outcome(
    UUID deliveryId,
    DeliveryStatus status,
    int attemptsBefore,
    @Nullable Duration retryAfter,
    @Nullable String endedBecause,
    boolean blocks,
    @Nullable AttemptRecord attempt) {

  /**
   * One request to a receiver, for the record.
   *
   * @param responseCode null where no answer came
   * @param error null on success
   * @param errorClass null on success
   */
  record AttemptRecord(
      Instant startedAt,
      Duration duration,
      @Nullable Integer responseCode,
      @Nullable String responseBody,
      @Nullable String error,
      @Nullable ErrorClass errorClass) {}

  static Outcome expired(DueDelivery delivery) {
    return new Outcome(
        delivery.id(),
        DeliveryStatus.EXPIRED,
        delivery.attempt() - 1,
        null,
        "its time to live was over",
        false,
        null);
  }

  static Outcome eventGone(DueDelivery delivery) {
    return new Outcome(
        delivery.id(),
        DeliveryStatus.FAILED,
        delivery.attempt() - 1,
        null,
        "its event is not kept any more",
        // Nobody could ever make it arrive.
        false,
        null);
  }

  int attemptsAfter() {
    return attempt == null ? attemptsBefore : attemptsBefore + 1;
  }

  /** About how many bytes its write takes. */
  long size() {
    String body = attempt == null ? null : attempt.responseBody();
    return 200L + (body == null ? 0 : body.length());
  }
}
