package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries of an ordered webhook may start: of those with the same key the first that is
 * unfinished, and only if none of them is under way. It keeps no list of what waits. A key of which
 * something is seen is a candidate, and Postgres says what comes first in it. Used by the lane's
 * own thread alone.
 */
final class KeyOrder {

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);

  private final WebhookId webhook;
  private final KeyOrderRepository repository;
  private final boolean block;

  private final Set<String> candidates = new LinkedHashSet<>();
  private final Map<UUID, String> underWay = new HashMap<>();
  private final Set<String> busy = new HashSet<>();

  private boolean sweeping = true;
  private @Nullable String sweptTo;
  private long sweptForNanos;
  private long nextSweepNanos = System.nanoTime();

  /**
   * Begins with a look through all keys.
   *
   * @param block whether a delivery that has failed for good keeps those behind it back
   */
  KeyOrder(WebhookId webhook, KeyOrderRepository repository, boolean block) {
    this.webhook = webhook;
    this.repository = repository;
    this.block = block;
  }

  /** Something of this key may be due. */
  void candidate(String key) {
    if (!busy.contains(key)) {
      candidates.add(key);
    }
  }

  int candidates() {
    return candidates.size();
  }

  /** Looks through all keys again, unless it has only just done so. */
  void sweep() {
    if (!sweeping && System.nanoTime() - nextSweepNanos >= 0) {
      sweeping = true;
      sweptTo = null;
      sweptForNanos = 0;
    }
  }

  /** Whether there is anything to ask Postgres. */
  boolean hasWork() {
    return sweeping || !candidates.isEmpty();
  }

  /** Finds some that may start; they count as under way until they are settled. */
  List<DueDelivery> next(int limit) {
    if (candidates.size() < limit && sweeping) {
      sweepOn(limit);
    }
    List<String> asked = new ArrayList<>(candidates.stream().limit(limit).toList());
    if (asked.isEmpty()) {
      return List.of();
    }
    List<DueDelivery> heads = repository.heads(webhook, asked, block);
    asked.forEach(candidates::remove);
    heads.forEach(this::start);
    return heads;
  }

  private void sweepOn(int limit) {
    long started = System.nanoTime();
    List<KeyOrderRepository.Key> keys = repository.keys(webhook, sweptTo, limit);
    keys.stream()
        .filter(KeyOrderRepository.Key::due)
        .map(KeyOrderRepository.Key::value)
        .forEach(this::candidate);
    sweeping = keys.size() == limit;
    sweptTo = keys.isEmpty() ? null : keys.getLast().value();
    long now = System.nanoTime();
    sweptForNanos += now - started;
    long rest = TimeShare.restAfter(Duration.ofNanos(sweptForNanos)).toNanos();
    nextSweepNanos = now + Math.max(SWEEP_EVERY.toNanos(), rest);
  }

  /** One that was claimed by a write; it is the first of its key. */
  void start(DueDelivery delivery) {
    String key = delivery.orderingKey();
    if (key != null) {
      underWay.put(delivery.id(), key);
      busy.add(key);
      candidates.remove(key);
    }
  }

  /** Whether it is one of those that are under way. */
  boolean isUnderWay(UUID id) {
    return underWay.containsKey(id);
  }

  /**
   * A delivery is under way no more, and its outcome is committed.
   *
   * @param goesOn whether what is behind it may go on now
   */
  void settled(UUID id, boolean goesOn) {
    String key = underWay.remove(id);
    if (key != null) {
      busy.remove(key);
      if (goesOn) {
        candidates.add(key);
      }
    }
  }
}
