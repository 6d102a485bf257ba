package io.httpqueue.delivery;

import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The lanes that run on this server. A lane that is told something while it is in here will heed
 * it; one that has left looks once more after giving its lease up. Thread-safe.
 */
@Component
class LocalLanes {

  private record Running(LaneStart start, DeliveryLane lane, CompletableFuture<Void> ended) {}

  private final Map<WebhookId, Running> current = new HashMap<>();

  /** With those that lost their lease and wait for their last attempts. */
  private final Set<Running> all = new HashSet<>();

  private @Nullable CompletableFuture<Void> allEnded;
  private LaneMessage.@Nullable Stop closing;

  /** Takes a lane in; false if this server is stopping. */
  synchronized boolean add(LaneStart start, DeliveryLane lane) {
    if (closing != null) {
      return false;
    }
    Running added = new Running(start, lane, new CompletableFuture<>());
    all.add(added);
    current.put(start.webhookId(), added);
    return true;
  }

  synchronized void remove(DeliveryLane lane) {
    Running found =
        all.stream().filter(running -> running.lane() == lane).findFirst().orElseThrow();
    all.remove(found);
    current.remove(found.start().webhookId(), found);
    found.ended().complete(null);
    if (all.isEmpty() && allEnded != null) {
      allEnded.complete(null);
    }
  }

  /** Tells the webhook's lane something; false if it does not run here. */
  synchronized boolean tell(WebhookId webhook, LaneMessage message) {
    Running found = current.get(webhook);
    // A lane without its lease ends without looking once more: it must not be relied upon.
    if (found == null || !found.lane().lease().isHeld()) {
      return false;
    }
    found.lane().tell(message);
    return true;
  }

  /** Whether the webhook's latest lane runs here. */
  synchronized boolean hasCurrent(WebhookId webhook) {
    return current.containsKey(webhook);
  }

  /** Whether a lane of the webhook runs here, with its lease or without. */
  synchronized boolean runs(WebhookId webhook) {
    return all.stream().anyMatch(lane -> lane.start().webhookId().equals(webhook));
  }

  /** Has the webhook's lanes go by a change of it; false if none runs here that holds the lease. */
  synchronized boolean changed(Webhook webhook) {
    all.stream()
        .filter(lane -> lane.start().webhookId().equals(webhook.id()))
        .filter(lane -> lane.lane().webhook().changed(webhook))
        .forEach(lane -> lane.lane().tell(new LaneMessage.LookAgain()));
    Running found = current.get(webhook.id());
    return found != null && found.lane().lease().isHeld();
  }

  synchronized void tellAll(LaneMessage message) {
    all.forEach(lane -> lane.lane().tell(message));
  }

  /**
   * Stops the webhook's lanes; empty if none runs here, else a future that completes when all have
   * ended.
   */
  synchronized Optional<CompletableFuture<Void>> stop(WebhookId webhook, LaneMessage.Stop stop) {
    List<Running> found =
        all.stream().filter(lane -> lane.start().webhookId().equals(webhook)).toList();
    found.forEach(lane -> lane.lane().lease().lose());
    found.forEach(lane -> lane.lane().tell(stop));
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            CompletableFuture.allOf(
                found.stream().map(Running::ended).toArray(CompletableFuture[]::new)));
  }

  synchronized List<LaneStart> starts() {
    return current.values().stream().map(Running::start).toList();
  }

  /** Calls for each lane, without holding the lock meanwhile. */
  void forEach(BiConsumer<LaneStart, DeliveryLane> action) {
    List<Running> lanes;
    synchronized (this) {
      lanes = new ArrayList<>(current.values());
    }
    lanes.forEach(lane -> action.accept(lane.start(), lane.lane()));
  }

  synchronized int count() {
    return all.size();
  }

  synchronized Collection<WebhookId> webhooks() {
    return List.copyOf(current.keySet());
  }

  /** Stops all, and returns when all have ended. */
  void close(LaneMessage.Stop stop) throws InterruptedException {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    synchronized (this) {
      closing = stop;
      allEnded = ended;
      tellAll(stop);
      if (all.isEmpty()) {
        ended.complete(null);
      }
    }
    try {
      ended.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
