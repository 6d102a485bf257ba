package io.httpqueue.settings;

import java.net.BindException;
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
    Throwable root = failure;
    while (root.getCause() != null && !isForPeople(root)) {
      root = root.getCause();
    }
    if (root instanceof BindException) {
      return "a port cannot be opened (GRPC_PORT?): " + root.getMessage();
    }
    return isForPeople(root)
        ? String.valueOf(root.getMessage())
        : root.getClass().getSimpleName()
            + ": "
            + Objects.toString(root.getMessage(), "no message");
  }

  /** Ours are written for the operator; their causes are not. */
  private static boolean isForPeople(Throwable failure) {
    return failure.getClass().getName().startsWith("io.httpqueue.");
  }
}
