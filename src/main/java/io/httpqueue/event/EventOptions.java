package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may say of an event beside what it is.
 *
 * @param idempotencyKey pushed again in the namespace within the window, the first event is
 *     answered; null: each push is an event of its own
 * @param deliverAt not delivered before, and the time to live counts from then; null or past: at
 *     once
 * @param orderingKey ordered webhooks get events of one key in the order of their acceptance; null
 *     for none
 * @param webhookIds goes to those of these webhooks that match; empty: to all that match
 */
public record EventOptions(
    @Nullable String idempotencyKey,
    @Nullable Instant deliverAt,
    @Nullable String orderingKey,
    Set<WebhookId> webhookIds) {

  /** Nothing of all this. */
  public static final EventOptions NONE = new EventOptions(null, null, null, Set.of());

  public EventOptions {
    webhookIds = Set.copyOf(webhookIds);
  }
}
