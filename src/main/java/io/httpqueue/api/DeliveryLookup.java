package io.httpqueue.api;

import io.httpqueue.delivery.Delivery;
import io.httpqueue.delivery.DeliveryHistory;
import io.httpqueue.delivery.DeliveryId;
import io.httpqueue.delivery.Replay;
import io.httpqueue.delivery.ReplayId;
import io.httpqueue.delivery.Replays;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds what a request about deliveries names by its id: the one place where an id of another
 * namespace is answered as one that does not exist. Thread-safe.
 */
@Component
class DeliveryLookup {

  private final DeliveryHistory history;
  private final Replays replays;
  private final WebhookRegistry webhooks;

  DeliveryLookup(DeliveryHistory history, Replays replays, WebhookRegistry webhooks) {
    this.history = history;
    this.replays = replays;
    this.webhooks = webhooks;
  }

  /**
   * @throws InvalidRequestException if the text is no id
   * @throws NotFoundException if there is no such delivery, or none any more
   */
  Delivery delivery(String id) {
    UUID value = id("delivery_id", id);
    return Caller.current()
        .visible(
            history.find(new DeliveryId(value)),
            Delivery::namespace,
            () -> new NotFoundException("delivery", value.toString()));
  }

  /**
   * @throws InvalidRequestException if the text is no id
   * @throws NotFoundException if there is no such replay, or none any more
   */
  Replay replay(String id) {
    UUID value = id("replay_id", id);
    return Caller.current()
        .visible(
            replays.find(new ReplayId(value)),
            replay -> replay.scope().namespace(),
            () -> new NotFoundException("replay", value.toString()));
  }

  /**
   * Checks that a webhook, where one is named, belongs to the namespace that was named with it.
   *
   * @throws NotFoundException if it does not
   */
  void checkWebhook(String namespace, @Nullable WebhookId id) {
    if (id != null
        && webhooks.find(id).map(Webhook::namespace).filter(namespace::equals).isEmpty()) {
      throw new NotFoundException("webhook", id.toString());
    }
  }

  /**
   * Checks that an event, where one is named, belongs to the namespace that was named with it.
   *
   * @throws NotFoundException if it does not, or is not kept any more
   */
  void checkEvent(String namespace, @Nullable UUID id) {
    if (id != null && history.namespaceOfEvent(id).filter(namespace::equals).isEmpty()) {
      throw new NotFoundException("event", id.toString());
    }
  }

  private static UUID id(String field, String value) {
    Violations violations = new Violations();
    var id = RequestRules.parseId(field, value, violations);
    violations.throwIfAny();
    return id.orElseThrow();
  }
}
