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

  /** More than that are left to be read: whoever is to take them over is behind. */
  private static final int MOST_UNREAD = 1_000;

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

  /** Leaves what was made to be read, where it is much. */
  void limitUnread() {
    if (made.values().stream().mapToInt(List::size).sum() > MOST_UNREAD) {
      made.values().forEach(this::leaveToBeRead);
      made.clear();
    }
  }

  private void leaveToBeRead(List<NewDelivery> deliveries) {
    deliveries.forEach(
        delivery -> add(delivery.webhookId(), UuidV7.floor(delivery.id()), Duration.ZERO));
  }

  boolean isEmpty() {
    return made.isEmpty() && due.isEmpty() && later.isEmpty();
  }

  /**
   * Hands deliveries over to lanes that run here; the others are left. To be called after the
   * commit. Never blocks.
   */
  void handOver(LaneWaker waker) {
    made.entrySet().removeIf(entry -> waker.handOver(entry.getKey(), entry.getValue()));
    // Those that are in an order are read in any case.
    made.values()
        .removeIf(
            deliveries -> {
              boolean inOrder =
                  deliveries.stream().anyMatch(delivery -> delivery.orderingKey() != null);
              if (inOrder) {
                leaveToBeRead(deliveries);
              }
              return inOrder;
            });
  }

  /** Has them worked on: to be called after the commit. Blocks while lanes are started. */
  void wake(LaneWaker waker) {
    later.forEach(waker::wakeIn);
    try {
      if (!made.isEmpty()) {
        waker.handOverElsewhere(made);
      }
    } finally {
      if (from != null) {
        waker.wake(due, from);
      }
    }
  }
}
