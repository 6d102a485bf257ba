package io.httpqueue.command;

/** A command was called wrongly. The message says what is wrong. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
