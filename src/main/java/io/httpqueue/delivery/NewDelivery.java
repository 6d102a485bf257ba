package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that has just been written, and is due.
 *
 * @param writtenNanos when this was known of it, by the monotonic clock
 * @param expiresAtNanos when its time to live is over, by the same clock
 * @param orderingKey it is in order with the others that have the same one; null for none
 */
public record NewDelivery(
    UUID id,
    WebhookId webhookId,
    UUID eventId,
    int maxAttempts,
    long writtenNanos,
    long expiresAtNanos,
    @Nullable String orderingKey) {

  DueDelivery due() {
    return new DueDelivery(
        id, eventId, 1, maxAttempts, writtenNanos, expiresAtNanos, orderingKey, false);
  }
}
