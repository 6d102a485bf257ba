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
   */
  static AttemptDecision after(
      SendResult result, int attempt, int maxAttempts, RetryPolicy policy, RandomGenerator random) {
    return switch (result) {
      case Answered answer when answer.isSuccess() -> new Delivered();
      case Answered answer ->
          retryOrGiveUp("HTTP " + answer.status(), attempt, maxAttempts, policy, random);
      // Says nothing about the receiver, so it need not wait; but the request may have arrived, so
      // it counts.
      case NotAnswered none
          when none.failure() == FailureClass.INTERRUPTED && attempt < maxAttempts ->
          new Retry(Duration.ZERO, none.message());
      case NotAnswered none when none.failure() == FailureClass.BLOCKED_ADDRESS ->
          new GiveUp(none.message());
      case NotAnswered none -> retryOrGiveUp(none.message(), attempt, maxAttempts, policy, random);
    };
  }

  private static AttemptDecision retryOrGiveUp(
      String error, int attempt, int maxAttempts, RetryPolicy policy, RandomGenerator random) {
    return attempt < maxAttempts
        ? new Retry(policy.delayAfter(attempt, random), error)
        : new GiveUp(error);
  }
}
