package io.httpqueue.api;

import java.util.List;

/** A request that breaks the contract; nothing of it was done. */
final class InvalidRequestException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<FieldViolation> violations;

  /**
   * @param violations what is wrong, in the order of the fields; may leave some out where there are
   *     very many
   */
  InvalidRequestException(String message, List<FieldViolation> violations) {
    // A caller's mistake needs no stack trace of ours.
    super(message, null, false, false);
    this.violations = List.copyOf(violations);
  }

  List<FieldViolation> violations() {
    return violations;
  }
}
