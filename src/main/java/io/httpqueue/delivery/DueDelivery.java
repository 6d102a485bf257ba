package io.httpqueue.delivery;

import java.util.UUID;

/**
 * A delivery whose next attempt is due.
 *
 * @param attempt the number that this attempt will have, 1 for the first
 * @param expiresAtNanos when its time to live is over, by the monotonic clock
 */
record DueDelivery(UUID id, UUID eventId, int attempt, int maxAttempts, long expiresAtNanos) {

  boolean isExpired() {
    return System.nanoTime() - expiresAtNanos >= 0;
  }
}
