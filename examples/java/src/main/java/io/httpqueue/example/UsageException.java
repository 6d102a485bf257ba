package io.httpqueue.example;

/** An option that is not known, or a value that it cannot have. The message is for the user. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
