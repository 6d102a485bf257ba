package io.httpqueue.api;

import io.httpqueue.webhook.UnknownWebhookException;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Finds the webhook that a request names, or has it answered NOT_FOUND, also where the caller may
 * not know of it. Thread-safe.
 */
@Component
class WebhookLookup {

  private final WebhookRegistry registry;

  WebhookLookup(WebhookRegistry registry) {
    this.registry = registry;
  }

  /** The id that a request names. */
  static WebhookId id(String webhookId) {
    Violations violations = new Violations();
    Optional<UUID> id = RequestRules.parseId("webhook_id", webhookId, violations);
    violations.throwIfAny();
    return new WebhookId(id.orElseThrow());
  }

  /**
   * The webhook, also if it was unregistered.
   *
   * @throws UnknownWebhookException if there is none, or none any more
   */
  Webhook known(WebhookId id) {
    return Caller.current()
        .visible(registry.find(id), Webhook::namespace, () -> new UnknownWebhookException(id));
  }

  /**
   * The webhook, if it is registered.
   *
   * @throws UnknownWebhookException if it is not, or no longer
   */
  Webhook registered(WebhookId id) {
    Webhook webhook = known(id);
    if (webhook.isDeleted()) {
      throw new UnknownWebhookException(id);
    }
    return webhook;
  }
}
