package io.httpqueue.filter;

/** An expression that is no filter. */
public final class InvalidFilterException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  InvalidFilterException(String reason) {
    // The author's mistake needs no stack trace of ours.
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** Where it is wrong and why, fit for its author. */
  public String reason() {
    return reason;
  }
}
