package io.httpqueue.delivery;

/** The changes that a watch would go on with are not kept any more, or never were. */
public final class TooFarBehindException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TooFarBehindException() {
    super(
        "the changes after this token are not kept any more; watch anew and read the deliveries",
        null,
        false,
        false);
  }
}
