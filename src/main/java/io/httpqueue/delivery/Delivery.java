package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook, as it is on record.
 *
 * @param namespace of its webhook
 * @param eventName null where the event is not kept any more
 * @param orderingKey as pushed; null for none
 * @param replayId the replay that made it; null for none
 * @param attemptCount attempts made; one that runs is included once the status is SENDING
 * @param maxAttempts attempts it may use
 * @param lastAttemptedAt null before the first attempt
 * @param nextAttemptAt when the next attempt is due; null where none is planned
 * @param expiresAt no attempt starts after this
 * @param lastAttempt the last attempt that has ended; null where none has
 * @param endedBecause why it ended, where no attempt tells; null otherwise
 * @param attempts oldest first; empty where the query did not ask for them
 */
public record Delivery(
    DeliveryId id,
    WebhookId webhookId,
    String namespace,
    UUID eventId,
    @Nullable String eventName,
    @Nullable String orderingKey,
    @Nullable UUID replayId,
    DeliveryStatus status,
    int attemptCount,
    int maxAttempts,
    Instant createdAt,
    @Nullable Instant lastAttemptedAt,
    @Nullable Instant nextAttemptAt,
    Instant expiresAt,
    @Nullable Attempt lastAttempt,
    @Nullable String endedBecause,
    List<Attempt> attempts) {

  public Delivery {
    attempts = List.copyOf(attempts);
  }

  Delivery withAttempts(List<Attempt> those) {
    return new Delivery(
        id,
        webhookId,
        namespace,
        eventId,
        eventName,
        orderingKey,
        replayId,
        status,
        attemptCount,
        maxAttempts,
        createdAt,
        lastAttemptedAt,
        nextAttemptAt,
        expiresAt,
        lastAttempt,
        endedBecause,
        those);
  }
}
