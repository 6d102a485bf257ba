package io.httpqueue.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery whose next attempt is due.
 *
 * @param attempt the number that this attempt will have, 1 for the first
 * @param dueSinceNanos since when, by the monotonic clock
 * @param expiresAtNanos when its time to live is over, by the same clock
 * @param orderingKey it is in order with the others that have the same one; null for none
 * @param claimed whether the attempt is counted already, by a write
 */
record DueDelivery(
    UUID id,
    UUID eventId,
    int attempt,
    int maxAttempts,
    long dueSinceNanos,
    long expiresAtNanos,
    @Nullable String orderingKey,
    boolean claimed) {

  boolean isExpired() {
    return System.nanoTime() - expiresAtNanos >= 0;
  }
}
