package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries of a namespace to list: those that meet all that is set.
 *
 * @param webhook only deliveries to this webhook; null for all
 * @param eventId only deliveries of this event; null for all
 * @param eventName only deliveries of events of this name; null for all
 * @param statuses only deliveries in one of these; empty for all
 * @param createdFrom only deliveries made then or later; null for no bound
 * @param createdBefore only deliveries made before; null for no bound
 */
public record DeliveryFilter(
    String namespace,
    @Nullable WebhookId webhook,
    @Nullable UUID eventId,
    @Nullable String eventName,
    Set<DeliveryStatus> statuses,
    @Nullable Instant createdFrom,
    @Nullable Instant createdBefore) {

  public DeliveryFilter {
    statuses = Set.copyOf(statuses);
  }
}
