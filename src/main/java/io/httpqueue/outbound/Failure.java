package io.httpqueue.outbound;

import io.httpqueue.outbound.Attempt.End;
import io.httpqueue.outbound.Attempt.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * What an attempt that got no answer failed of. The messages are ours, and hold nothing that a
 * receiver sent.
 */
record Failure(FailureClass type, String message) {

  private static final Failure STOPPED =
      new Failure(FailureClass.INTERRUPTED, "HTTPQueue was stopped during the attempt");
  private static final int LONGEST_REASON = 200;

  /** Names the failure of an attempt. */
  static Failure of(Exception cause, Attempt attempt, OutboundRequest request) {
    End end = attempt.ended();
    if (end == End.STOPPED || (end == null && interrupted(cause))) {
      return STOPPED;
    }
    String receiver = receiver(request.url());
    if (end == End.DEADLINE) {
      return timeout(attempt, receiver, request.timeout());
    }
    return switch (cause) {
      case BlockedAddressException e ->
          new Failure(FailureClass.BLOCKED_ADDRESS, String.valueOf(e.getMessage()));
      case UnknownHostException e ->
          new Failure(FailureClass.DNS, "no address for host " + request.url().getHost());
      case SSLException e ->
          new Failure(FailureClass.TLS, "TLS with " + receiver + " failed: " + reason(e));
      default -> ofStep(cause, attempt, receiver);
    };
  }

  private static boolean interrupted(Exception cause) {
    return cause instanceof InterruptedException || Thread.currentThread().isInterrupted();
  }

  private static Failure timeout(Attempt attempt, String receiver, Duration timeout) {
    String within = " within " + text(timeout);
    return new Failure(
        FailureClass.TIMEOUT,
        switch (attempt.step()) {
          case LEASE -> "no free connection to " + receiver + within;
          case LOOK_UP -> "no address of " + receiver + within;
          case CONNECT -> "no connection to " + receiver + within;
          case TLS -> "no TLS handshake with " + receiver + within;
          case ANSWER -> "no answer" + within;
          case BODY -> "no whole answer" + within;
        });
  }

  private static Failure ofStep(Exception cause, Attempt attempt, String receiver) {
    return switch (cause instanceof ConnectException ? Step.CONNECT : attempt.step()) {
      case LEASE, LOOK_UP, CONNECT ->
          new Failure(FailureClass.CONNECT, connectMessage(cause, receiver));
      case TLS ->
          new Failure(
              FailureClass.TLS,
              cause instanceof SocketTimeoutException
                  ? "no TLS handshake with " + receiver + " in time"
                  : "TLS with " + receiver + " failed: the connection was closed");
      case ANSWER ->
          cause instanceof MessageConstraintException
              ? new Failure(FailureClass.RESPONSE_TOO_LARGE, "the answer's head is too large")
              : new Failure(FailureClass.PROTOCOL, protocolMessage(cause, attempt));
      case BODY -> new Failure(FailureClass.PROTOCOL, protocolMessage(cause, attempt));
    };
  }

  private static String connectMessage(Exception cause, String receiver) {
    return switch (cause) {
      case ProxyException e -> String.valueOf(e.getMessage());
      case SocketTimeoutException e -> "no connection to " + receiver + " in time";
      case NoRouteToHostException e -> "no route to " + receiver;
      case ConnectException e -> "connection refused by " + receiver;
      default -> "no connection to " + receiver + ": " + reason(cause);
    };
  }

  private static String protocolMessage(Exception cause, Attempt attempt) {
    return switch (cause) {
      case NoHttpResponseException e -> "the connection was closed without an answer";
      case ConnectionClosedException e -> "the connection was closed within the answer";
      case MessageConstraintException e -> "the answer's chunks or trailers are too large";
      case SocketException e ->
          attempt.step() == Step.BODY
              ? "the connection was broken off within the answer"
              : "the connection was broken off without an answer";
      case HttpException e -> "the answer is not HTTP";
      case IOException e -> "the answer is not HTTP";
      default -> "the answer could not be read";
    };
  }

  private static String receiver(URI url) {
    return url.getHost() + ":" + AddressGuard.port(url);
  }

  private static String reason(Exception cause) {
    String message = String.valueOf(cause.getMessage());
    return message.length() <= LONGEST_REASON ? message : message.substring(0, LONGEST_REASON);
  }

  private static String text(Duration time) {
    return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
