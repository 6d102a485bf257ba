package io.httpqueue.event;

/** What became of one event of a batch. */
sealed interface IntakeResult {

  /** It is committed, by this push or an earlier one. */
  record Committed(AcceptedEvent event) implements IntakeResult {}

  /** Nothing was done: its idempotency key stands for another event. */
  record KeyReused(EventId first) implements IntakeResult {}

  /** The event, or what its caller is told in its place. */
  default AcceptedEvent eventOrThrow() {
    return switch (this) {
      case Committed committed -> committed.event();
      case KeyReused reused -> throw new IdempotencyKeyReusedException(reused.first());
    };
  }
}
