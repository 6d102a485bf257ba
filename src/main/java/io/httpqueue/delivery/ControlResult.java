package io.httpqueue.delivery;

/** What became of a wish to change a delivery. */
public sealed interface ControlResult {

  /** It is as was wished, now or already before. */
  record Done() implements ControlResult {}

  /**
   * It cannot be done, and nothing was changed.
   *
   * @param reason for the caller
   */
  record Refused(String reason) implements ControlResult {}

  /** There is no such delivery, or none any more. */
  record Missing() implements ControlResult {}
}
