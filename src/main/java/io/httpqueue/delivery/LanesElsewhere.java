package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which webhooks have lanes on other servers, as Postgres said not long ago. A lane can end at any
 * time: whoever relies on this has to ask again afterwards. Thread-safe.
 */
final class LanesElsewhere {

  private static final Duration GOOD_FOR = Duration.ofSeconds(1);

  private final Map<WebhookId, Long> confirmedNanos = new HashMap<>();
  private final Set<WebhookId> reliedUpon = new HashSet<>();

  /**
   * Postgres said just now which lanes run.
   *
   * @param asked for which it was asked
   * @param running those of them that have a lane
   */
  synchronized void confirmed(
      Collection<WebhookId> asked, Collection<WebhookId> running, long nowNanos) {
    confirmedNanos.values().removeIf(at -> nowNanos - at >= GOOD_FOR.toNanos());
    asked.forEach(confirmedNanos::remove);
    running.forEach(webhook -> confirmedNanos.put(webhook, nowNanos));
  }

  /** Whether the webhook had a lane within the last second. */
  synchronized boolean isKnown(WebhookId webhook, long nowNanos) {
    Long at = confirmedNanos.get(webhook);
    return at != null && nowNanos - at < GOOD_FOR.toNanos();
  }

  /**
   * The lanes of these were told of something, without Postgres being asked.
   *
   * @return whether they are the first since {@link #takeReliedUpon}: it is to be called soon
   */
  synchronized boolean relyUpon(Collection<WebhookId> webhooks) {
    boolean first = reliedUpon.isEmpty();
    reliedUpon.addAll(webhooks);
    return first && !webhooks.isEmpty();
  }

  /** The webhooks for which Postgres is to be asked now. */
  synchronized List<WebhookId> takeReliedUpon() {
    List<WebhookId> taken = List.copyOf(reliedUpon);
    reliedUpon.clear();
    return taken;
  }
}
