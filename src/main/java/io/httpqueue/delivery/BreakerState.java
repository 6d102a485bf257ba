package io.httpqueue.delivery;

/** What a webhook's circuit breaker lets through. */
public enum BreakerState {
  /** Everything. */
  CLOSED,
  /** Nothing: too many attempts in a row failed. */
  OPEN,
  /** One attempt at a time, to find out whether the receiver is back. */
  HALF_OPEN
}
