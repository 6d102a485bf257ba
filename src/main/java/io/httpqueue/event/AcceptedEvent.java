package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.util.List;

/**
 * An event that is committed.
 *
 * @param webhookIds the webhooks it goes to; empty if none matched
 */
public record AcceptedEvent(EventId id, List<WebhookId> webhookIds) {

  public AcceptedEvent {
    webhookIds = List.copyOf(webhookIds);
  }
}
