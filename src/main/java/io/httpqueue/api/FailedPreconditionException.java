package io.httpqueue.api;

/** The request is right, but what it is about is not in a state for it; nothing was done. */
final class FailedPreconditionException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String type;
  private final String subject;

  /**
   * @param type of what it is about, such as {@code delivery}
   * @param subject its id
   */
  FailedPreconditionException(String type, String subject, String message) {
    super(message, null, false, false);
    this.type = type;
    this.subject = subject;
  }

  String type() {
    return type;
  }

  String subject() {
    return subject;
  }
}
