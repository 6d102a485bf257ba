package io.httpqueue.webhook;

import java.time.Instant;

/** Why and when the server took a webhook out of use. */
public record Disabled(Reason reason, Instant at) {

  /** What the receiver did. */
  public enum Reason {
    /** It answered 410. */
    GONE,
    /** It has failed for days without a success. */
    FAILING
  }
}
