package io.httpqueue.event;

/** A text is no JSON Schema that can be used; the message says why, for its author. */
public final class InvalidPayloadSchemaException extends Exception {

  private static final long serialVersionUID = 1;

  private final String problem;

  InvalidPayloadSchemaException(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
  }

  /** What is wrong with it, as the end of a sentence that names it. */
  public String problem() {
    return problem;
  }
}
