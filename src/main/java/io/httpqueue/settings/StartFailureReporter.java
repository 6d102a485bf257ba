package io.httpqueue.settings;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;

/** Says in a line why the server did not start. The stack trace is for {@code debug} only. */
final class StartFailureReporter implements SpringBootExceptionReporter {

  private static final Logger log = LoggerFactory.getLogger(StartFailureReporter.class);

  @Override
  public boolean reportException(Throwable failure) {
    if (failure instanceof InvalidSettingsException) {
      // There is no log yet: it is one of the things that are set.
      System.err.println(failure.getMessage());
    } else {
      log.error("HTTPQueue did not start: {}", reason(failure));
      log.debug("The start failed", failure);
    }
    return true;
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !isForPeople(cause)) {
      cause = cause.getCause();
    }
    if (isForPeople(cause)) {
      return String.valueOf(cause.getMessage());
    }
    String message =
        Objects.toString(cause.getMessage(), "no message").lines().findFirst().orElse("");
    // Netty has an exception of its own for it, which is no BindException.
    return message.contains("Address already in use")
        ? "another program listens on the port of GRPC_PORT (%s)".formatted(message)
        : "%s: %s".formatted(cause.getClass().getSimpleName(), message);
  }

  /** Ours are written for the operator; their causes are not. */
  private static boolean isForPeople(Throwable failure) {
    return failure.getClass().getName().startsWith("io.httpqueue.");
  }
}
