package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Which webhooks may have a lane on this server while there are more of them than it has room for:
 * first come, first served. Thread-safe.
 */
@Component
class LaneQueue {

  /**
   * One that has not asked again for so long has got its lane elsewhere, or needs none any more.
   */
  private static final Duration STALE_AFTER = Duration.ofSeconds(20);

  private final int places;

  /** With the moment at which each asked last; in the order in which they asked first. */
  private final Map<WebhookId, Long> waiting = new LinkedHashMap<>();

  private int running;

  @Autowired
  LaneQueue(DeliverySettings settings) {
    this(settings.maxLanes());
  }

  LaneQueue(int places) {
    this.places = places;
  }

  /** Takes a place for a lane; false if it has to wait for one, and is to ask again. */
  synchronized boolean enter(WebhookId webhook, long nowNanos) {
    waiting.values().removeIf(asked -> nowNanos - asked > STALE_AFTER.toNanos());
    if (isAmongFirst(webhook, places - running)) {
      waiting.remove(webhook);
      running++;
      return true;
    }
    // Asking again keeps the place in the queue.
    waiting.put(webhook, nowNanos);
    return false;
  }

  /** Gives a place back; returns those whose turn it is now. */
  synchronized List<WebhookId> leave() {
    running--;
    return waiting.keySet().stream().limit(Math.max(0, places - running)).toList();
  }

  /** Whether there are any that wait for a place. */
  synchronized boolean isCrowded() {
    return !waiting.isEmpty();
  }

  private boolean isAmongFirst(WebhookId webhook, int free) {
    Iterator<WebhookId> ahead = waiting.keySet().iterator();
    for (int i = 0; i < free; i++) {
      if (!ahead.hasNext() || ahead.next().equals(webhook)) {
        return true;
      }
    }
    return false;
  }
}
