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
 * first come, first served. Also how long those keep their places that have nothing to do.
 * Thread-safe.
 */
@Component
class LaneQueue {

  /**
   * One that has not asked again for so long has got its lane elsewhere, or needs none any more.
   */
  private static final Duration STALE_AFTER = Duration.ofSeconds(20);

  /** How long an idle lane keeps its place once more than half of them are taken. */
  private static final Duration LINGER_WHERE_FULL = Duration.ofSeconds(3);

  private static final Duration ASK_AGAIN_EVERY = Duration.ofSeconds(3);

  private final int places;
  private final Duration linger;

  /** With the moment at which each asked last; in the order in which they asked first. */
  private final Map<WebhookId, Long> waiting = new LinkedHashMap<>();

  private int running;

  /** Of those that run: idle ones that were told to leave. */
  private int leaving;

  @Autowired
  LaneQueue(DeliverySettings settings) {
    this(settings.maxLanes(), settings.linger());
  }

  /**
   * @param linger how long an idle lane keeps its place while there is room enough
   */
  LaneQueue(int places, Duration linger) {
    this.places = places;
    this.linger = linger;
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

  /** Whether a webhook that had to wait would get a place now. */
  synchronized boolean hasRoomFor(WebhookId webhook) {
    return isAmongFirst(webhook, places - running);
  }

  /** Gives a place back; returns those whose turn it is now. */
  synchronized List<WebhookId> leave() {
    running--;
    leaving = Math.max(0, leaving - 1);
    return waiting.keySet().stream().limit(Math.max(0, places - running)).toList();
  }

  /** Whether there are any that wait for a place. */
  synchronized boolean isCrowded() {
    return !waiting.isEmpty();
  }

  /**
   * Whether a lane that has had nothing to do for so long is to end. No more are told to before
   * their time than are needed, for those that wait or for the half that is to be free.
   */
  synchronized boolean isToLeave(long idleNanos) {
    boolean leaves = idleNanos >= linger().toNanos() || waiting.size() > places - running + leaving;
    if (leaves) {
      leaving++;
    }
    return leaves;
  }

  /** How long an idle lane may wait before it asks {@link #isToLeave} again. */
  synchronized long nanosToAskAgain(long idleNanos) {
    return Math.min(ASK_AGAIN_EVERY.toNanos(), Math.max(1, linger().toNanos() - idleNanos));
  }

  private Duration linger() {
    boolean full = 2 * (running - leaving) > places;
    return full && LINGER_WHERE_FULL.compareTo(linger) < 0 ? LINGER_WHERE_FULL : linger;
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
