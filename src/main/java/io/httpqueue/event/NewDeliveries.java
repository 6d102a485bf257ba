package io.httpqueue.event;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.LaneWaker;
import io.httpqueue.delivery.NewDelivery;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a commit, or several, made: deliveries that are due, and webhooks that have others which are
 * due, or will be. For one thread.
 */
final class NewDeliveries {

  private final Map<WebhookId, List<NewDelivery>> made = new HashMap<>();
  private final Set<WebhookId> due = new HashSet<>();
  private final Map<WebhookId, Duration> later = new HashMap<>();
  private @Nullable UUID from;

  /**
   * Adds a delivery.
   *
   * @param dueIn zero if it is due at once
   */
  void add(NewDelivery delivery, Duration dueIn) {
    if (dueIn.isPositive()) {
      add(delivery.webhookId(), delivery.id(), dueIn);
    } else {
      made.computeIfAbsent(delivery.webhookId(), webhook -> new ArrayList<>()).add(delivery);
    }
  }

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
    others.made.forEach(
        (webhook, deliveries) ->
            made.computeIfAbsent(webhook, key -> new ArrayList<>()).addAll(deliveries));
  }

  boolean isEmpty() {
    return made.isEmpty() && due.isEmpty() && later.isEmpty();
  }

  /**
   * Hands deliveries over to lanes that run here; of the others only their webhooks are left, which
   * are to be woken. To be called after the commit. Never blocks.
   */
  void handOver(LaneWaker waker) {
    made.forEach(
        (webhook, deliveries) -> {
          if (!waker.handOver(webhook, deliveries)) {
            deliveries.forEach(
                delivery -> add(webhook, UuidV7.floor(delivery.id()), Duration.ZERO));
          }
        });
    made.clear();
  }

  /** Has them worked on: to be called after the commit. Blocks while lanes are started. */
  void wake(LaneWaker waker) {
    later.forEach(waker::wakeIn);
    if (from != null) {
      waker.wake(due, from);
    }
  }
}
