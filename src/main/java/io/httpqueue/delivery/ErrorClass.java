package io.httpqueue.delivery;

import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.util.Optional;

/** What kind of failure an attempt was; the same in the API, the metrics and the log. */
public enum ErrorClass {
  /** The host name has no address, or none could be looked up. */
  DNS,
  /** No connection could be made. */
  CONNECT,
  /** The TLS handshake failed, or the certificate was not trusted. */
  TLS,
  /** The attempt's time was over before the answer was whole. */
  TIMEOUT,
  /** The receiver broke the connection off, or what it sent was not HTTP. */
  PROTOCOL,
  /** The answer's head was too large. */
  RESPONSE_TOO_LARGE,
  /** 3xx. */
  REDIRECT,
  /** 4xx other than 429. */
  STATUS_4XX,
  /** 5xx other than 502, 503 and 504. */
  STATUS_5XX,
  /** 429, 502, 503 or 504. */
  THROTTLED,
  /** The address is one that requests may not go to; nothing was sent. */
  BLOCKED_ADDRESS,
  /** The server stopped while the attempt ran. */
  INTERRUPTED,
  /** A defect of HTTPQueue. */
  INTERNAL;

  /** The kind of failure that an attempt was; empty if it succeeded. */
  static Optional<ErrorClass> of(SendResult result) {
    return switch (result) {
      case Answered answer when answer.isSuccess() -> Optional.empty();
      case Answered answer -> Optional.of(ofStatus(answer.status()));
      case NotAnswered none -> Optional.of(of(none.failure()));
    };
  }

  private static ErrorClass ofStatus(int status) {
    return switch (status) {
      case 429, 502, 503, 504 -> THROTTLED;
      default -> status < 400 ? REDIRECT : status < 500 ? STATUS_4XX : STATUS_5XX;
    };
  }

  private static ErrorClass of(FailureClass failure) {
    return switch (failure) {
      case DNS -> DNS;
      case CONNECT -> CONNECT;
      case TLS -> TLS;
      case TIMEOUT -> TIMEOUT;
      case PROTOCOL -> PROTOCOL;
      case RESPONSE_TOO_LARGE -> RESPONSE_TOO_LARGE;
      case BLOCKED_ADDRESS -> BLOCKED_ADDRESS;
      case INTERRUPTED -> INTERRUPTED;
      case INTERNAL -> INTERNAL;
    };
  }
}
