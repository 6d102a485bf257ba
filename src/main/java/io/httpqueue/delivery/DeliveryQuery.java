package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries to tell of.
 *
 * @param statuses only deliveries in one of these; empty for all
 * @param limit at most so many on the page, 1 or more
 * @param before only deliveries older than this one: the last of the page before; null for the
 *     first page
 * @param includeAttempts whether to read all attempts of each delivery, or the last one alone
 */
public record DeliveryQuery(
    Subject subject,
    Set<DeliveryStatus> statuses,
    int limit,
    @Nullable DeliveryId before,
    boolean includeAttempts) {

  public DeliveryQuery {
    statuses = Set.copyOf(statuses);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, not " + limit);
    }
  }

  /** Whose deliveries. */
  public sealed interface Subject {

    /** The deliveries to a webhook. */
    record OfWebhook(WebhookId id) implements Subject {}

    /** The deliveries of an event. */
    record OfEvent(UUID id) implements Subject {}
  }
}
