package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a replay sends again: deliveries that meet all of this.
 *
 * @param webhook only those to this webhook; null for all of the namespace
 * @param eventPattern only those of events whose name matches it; null for all
 * @param statuses only those that ended like this; not empty
 * @param acceptedFrom only those of events accepted then or later
 * @param acceptedBefore only those of events accepted before; null: until the replay begins
 * @param deliveriesPerSecond made at most, 1 to 10000
 */
public record ReplayScope(
    String namespace,
    @Nullable WebhookId webhook,
    @Nullable String eventPattern,
    Set<DeliveryStatus> statuses,
    Instant acceptedFrom,
    @Nullable Instant acceptedBefore,
    int deliveriesPerSecond) {

  public ReplayScope {
    statuses = Set.copyOf(statuses);
    if (statuses.isEmpty() || deliveriesPerSecond < 1) {
      throw new IllegalArgumentException(
          "statuses %s, %d a second".formatted(statuses, deliveriesPerSecond));
    }
  }
}
