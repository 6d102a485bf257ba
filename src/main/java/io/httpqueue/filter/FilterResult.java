package io.httpqueue.filter;

/** What a filter says of an event. */
public enum FilterResult {
  /** The event meets it. */
  MATCHES,
  /** The event does not meet it. */
  DIFFERS,
  /**
   * It cannot be evaluated on this event: a field is missing or of another type, it says neither
   * true nor false, or it would cost too much.
   */
  FAILED
}
