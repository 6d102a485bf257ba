package io.httpqueue.delivery;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.delivery.LaneMessage.ReceiverIsWell;
import io.httpqueue.webhook.WebhookId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** How receivers seem to be, on whichever server their lanes run. Thread-safe. */
@Component
public class ReceiverHealth {

  private static final String TOPIC = "receiver-is-well";

  private final LaneConditionRepository conditions;
  private final LocalLanes localLanes;
  private final ServerMessages messages;

  ReceiverHealth(
      LaneConditionRepository conditions, LocalLanes localLanes, ServerMessages messages) {
    this.conditions = conditions;
    this.localLanes = localLanes;
    this.messages = messages;
    messages.subscribe(TOPIC, this::tell);
  }

  /** What the circuit breaker of each of the webhooks lets through. */
  public Map<WebhookId, BreakerState> breakers(Collection<WebhookId> webhooks) {
    Map<WebhookId, BreakerState> states = new HashMap<>();
    webhooks.forEach(webhook -> states.put(webhook, BreakerState.CLOSED));
    states.putAll(conditions.breakersNotClosed(webhooks));
    return states;
  }

  /**
   * Forgets what a receiver did: the breaker is closed, no pause is left, and it counts as never
   * having failed. The caller wakes the lane, if there is something for it to do.
   */
  public void forget(WebhookId webhook) {
    conditions.reset(webhook);
    tell(webhook.toString());
    messages.publish(TOPIC, webhook.toString());
  }

  private void tell(String webhook) {
    localLanes.tell(WebhookId.parse(webhook), new ReceiverIsWell());
  }
}
