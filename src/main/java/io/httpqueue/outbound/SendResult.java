package io.httpqueue.outbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one attempt ended. */
public sealed interface SendResult {

  /**
   * From the start of the attempt to the end of the answer or the failure, by a monotonic clock.
   */
  Duration duration();

  /**
   * The receiver answered, with whatever status.
   *
   * @param status the HTTP status code
   * @param retryAfter the value of {@code Retry-After} as received, not parsed
   * @param date the value of {@code Date} as received, not parsed
   * @param bodyExcerpt the first 4 KiB of the body, as text that Postgres can store (no NUL
   *     character)
   */
  record Answered(
      int status,
      @Nullable String retryAfter,
      @Nullable String date,
      String bodyExcerpt,
      Duration duration)
      implements SendResult {

    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * No whole answer came.
   *
   * @param message what went wrong, for people; holds no payload, header value or secret
   */
  record NotAnswered(FailureClass failure, String message, Duration duration)
      implements SendResult {}
}
