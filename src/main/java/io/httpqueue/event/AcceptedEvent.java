package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.util.List;

/**
 * An event that is committed.
 *
 * @param webhookIds the webhooks it goes to; empty if none matched
 * @param duplicate whether it was committed by an earlier push with the same idempotency key
 */
public record AcceptedEvent(EventId id, List<WebhookId> webhookIds, boolean duplicate) {

  public AcceptedEvent {
    webhookIds = List.copyOf(webhookIds);
  }
}
