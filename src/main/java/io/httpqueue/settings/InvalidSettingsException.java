package io.httpqueue.settings;

import java.util.List;

/** The server must not start: settings are wrong. */
final class InvalidSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param problems a line for each
   */
  InvalidSettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }
}
