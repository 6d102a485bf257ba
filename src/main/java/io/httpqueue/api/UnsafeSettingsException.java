package io.httpqueue.api;

/** The server must not start like this. The message is for the operator. */
final class UnsafeSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnsafeSettingsException(String message) {
    super(message);
  }
}
