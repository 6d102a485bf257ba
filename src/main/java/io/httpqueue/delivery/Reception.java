package io.httpqueue.delivery;

import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.time.Duration;

/**
 * What an attempt tells of its receiver.
 *
 * @param pause how long the receiver asks to be left alone; zero if it does not
 */
record Reception(Kind kind, Duration pause) {

  /** How the receiver seems to be. */
  enum Kind {
    /** It takes what it is sent. */
    WELL,
    /** It answers, but did not take this one. */
    REFUSING,
    /** It does not answer, or says that it is not well. */
    FAILING,
    /** It is no more: 410. */
    GONE,
    /** It may not be sent to. */
    NOT_ALLOWED,
    /** The attempt tells nothing. */
    UNKNOWN
  }

  /**
   * Reads it from how an attempt ended.
   *
   * @param pause how long the answer asks to wait; zero if it does not
   */
  static Reception of(SendResult result, Duration pause) {
    return new Reception(kind(result), pause);
  }

  /** Of an attempt that was not made. */
  static Reception none() {
    return new Reception(Kind.UNKNOWN, Duration.ZERO);
  }

  private static Kind kind(SendResult result) {
    return switch (result) {
      case Answered answer when answer.isSuccess() -> Kind.WELL;
      case Answered answer ->
          switch (answer.status()) {
            case 410 -> Kind.GONE;
            case 408 -> Kind.FAILING;
            default -> answer.status() < 500 ? Kind.REFUSING : Kind.FAILING;
          };
      case NotAnswered none -> ofFailure(none.failure());
    };
  }

  private static Kind ofFailure(FailureClass failure) {
    return switch (failure) {
      case DNS, CONNECT, TLS, TIMEOUT, PROTOCOL, RESPONSE_TOO_LARGE -> Kind.FAILING;
      case BLOCKED_ADDRESS -> Kind.NOT_ALLOWED;
      case INTERRUPTED, INTERNAL -> Kind.UNKNOWN;
    };
  }
}
