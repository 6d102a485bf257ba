package io.httpqueue.event;

/** A push has the idempotency key of an earlier one, and says something else. */
public final class IdempotencyKeyReusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient EventId first;

  IdempotencyKeyReusedException(EventId first) {
    // A caller's mistake needs no stack trace of ours.
    super("the idempotency key was used for another event", null, false, false);
    this.first = first;
  }

  /** The event that has the key. */
  public EventId first() {
    return first;
  }
}
