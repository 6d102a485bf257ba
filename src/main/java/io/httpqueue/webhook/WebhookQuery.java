package io.httpqueue.webhook;

import org.jspecify.annotations.Nullable;

/**
 * Which webhooks to list; those that were unregistered never are.
 *
 * @param eventName only webhooks with a pattern that matches an event of this name; null for all
 * @param activeOnly only webhooks that take part in events
 * @param limit at most so many on the page, 1 or more
 * @param before only webhooks older than this one: the last of the page before; null for the first
 *     page
 */
public record WebhookQuery(
    String namespace,
    @Nullable String eventName,
    boolean activeOnly,
    int limit,
    @Nullable WebhookId before) {

  public WebhookQuery {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, not " + limit);
    }
  }
}
