package io.httpqueue.webhook;

/** What an ordered webhook does once the delivery at the head of a key has failed for good. */
public enum HeadFailure {
  /** The next one goes on. */
  SKIP,
  /** Those behind it wait until it is retried or cancelled, or they expire. */
  BLOCK
}
