package io.httpqueue.event;

import io.httpqueue.delivery.LaneWaker;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which webhooks a commit, or several, made deliveries for: those that are due, and those that are
 * due later. For one thread.
 */
final class NewDeliveries {

  private final Set<WebhookId> due = new HashSet<>();
  private final Map<WebhookId, Duration> later = new HashMap<>();
  private @Nullable UUID from;

  /**
   * Adds what was made for one webhook.
   *
   * @param madeFrom all of the new ids are greater
   * @param dueIn zero if one is due at once, else how long until the first is
   */
  void add(WebhookId webhook, UUID madeFrom, Duration dueIn) {
    if (dueIn.isPositive()) {
      later.merge(webhook, dueIn, (a, b) -> a.compareTo(b) < 0 ? a : b);
    } else {
      due.add(webhook);
      from = from == null || madeFrom.compareTo(from) < 0 ? madeFrom : from;
    }
  }

  /** Adds what another commit made. */
  void addAll(NewDeliveries others) {
    UUID othersFrom = others.from;
    if (othersFrom != null) {
      others.due.forEach(webhook -> add(webhook, othersFrom, Duration.ZERO));
    }
    others.later.forEach((webhook, dueIn) -> add(webhook, new UUID(0, 0), dueIn));
  }

  boolean isEmpty() {
    return due.isEmpty() && later.isEmpty();
  }

  /** Has them worked on: to be called after the commit. Blocks while lanes are started. */
  void wake(LaneWaker waker) {
    later.forEach(waker::wakeIn);
    if (from != null) {
      waker.wake(due, from);
    }
  }
}
