package io.httpqueue.webhook;

import java.util.List;

/**
 * A page of webhooks.
 *
 * @param webhooks newest first
 * @param total how many there are on all pages
 * @param hasMore whether older ones follow
 */
public record WebhookPage(List<Webhook> webhooks, long total, boolean hasMore) {

  public WebhookPage {
    webhooks = List.copyOf(webhooks);
  }
}
