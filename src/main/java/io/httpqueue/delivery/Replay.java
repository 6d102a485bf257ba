package io.httpqueue.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that are made anew from those on record.
 *
 * @param examinedCount deliveries looked at so far
 * @param createdCount deliveries made so far
 * @param skippedCount deliveries that could not be made, since their event is not kept any more
 * @param progress how far it is, 0 to 1
 * @param endedAt null while it runs
 */
public record Replay(
    ReplayId id,
    ReplayScope scope,
    Status status,
    long examinedCount,
    long createdCount,
    long skippedCount,
    double progress,
    Instant createdAt,
    @Nullable Instant endedAt) {

  /** The names are those of the Postgres type {@code replay_status}. */
  public enum Status {
    RUNNING,
    DONE,
    CANCELLED
  }
}
