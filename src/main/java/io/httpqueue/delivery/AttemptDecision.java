package io.httpqueue.delivery;

import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What follows from an attempt. */
sealed interface AttemptDecision {

  /** The receiver has taken it. */
  record Delivered() implements AttemptDecision {}

  /** It is tried again after the delay. */
  record Retry(Duration delay, String error) implements AttemptDecision {}

  /** It is never tried again. */
  record GiveUp(String error) implements AttemptDecision {}

  /**
   * Decides by DESIGN's table of answers.
   *
   * @param attempt the number of the attempt that ended, 1 for the first
   * @param maxAttempts how many the delivery may use
   * @param asked how long the receiver asked to wait; zero if it did not
   */
  static AttemptDecision after(
      SendResult result,
      int attempt,
      int maxAttempts,
      Duration asked,
      RetryPolicy policy,
      RandomGenerator random) {
    return switch (result) {
      case Answered answer when answer.isSuccess() -> new Delivered();
      case Answered answer when answer.status() == 410 -> new GiveUp("HTTP 410");
      case NotAnswered none when none.failure() == FailureClass.BLOCKED_ADDRESS ->
          new GiveUp(none.message());
      case SendResult failed when attempt >= maxAttempts -> new GiveUp(error(failed));
      // Says nothing about the receiver, so it need not wait; but the request may have arrived, so
      // it counts.
      case NotAnswered none when none.failure() == FailureClass.INTERRUPTED ->
          new Retry(Duration.ZERO, none.message());
      case SendResult failed -> {
        Duration backoff = policy.delayAfter(attempt, random);
        yield new Retry(asked.compareTo(backoff) > 0 ? asked : backoff, error(failed));
      }
    };
  }

  private static String error(SendResult failed) {
    return switch (failed) {
      case Answered answer -> "HTTP " + answer.status();
      case NotAnswered none -> none.message();
    };
  }
}
