package io.httpqueue.harness;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What libraries log in the harness's own processes. */
public final class Logging {

  private Logging() {}

  /** From now on warnings and errors only: left alone, the HTTP client logs every byte. */
  public static void warningsOnly() {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
  }
}
