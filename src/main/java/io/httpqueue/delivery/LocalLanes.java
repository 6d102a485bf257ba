package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Map<WebhookId, Running> running = new HashMap<>();
  private @Nullable CompletableFuture<Void> allEnded;
  private LaneMessage.@Nullable Stop closing;

  /** Takes a lane in; false if this server is stopping. */
  synchronized boolean add(LaneStart start, DeliveryLane lane) {
    if (closing != null) {
      return false;
    }
    // A lane that lost its lease may still be waiting for its last attempts here; the new one takes
    // its place.
    running.put(start.webhookId(), new Running(start, lane, new CompletableFuture<>()));
    return true;
  }

  synchronized void remove(LaneStart start, DeliveryLane lane) {
    Running found = running.get(start.webhookId());
    if (found != null && found.lane() == lane) {
      running.remove(start.webhookId());
      found.ended().complete(null);
    }
    if (running.isEmpty() && allEnded != null) {
      allEnded.complete(null);
    }
  }

  /** Tells the webhook's lane something; false if it does not run here. */
  synchronized boolean tell(WebhookId webhook, LaneMessage message) {
    Running found = running.get(webhook);
    // A lane without its lease ends without looking once more: it must not be relied upon.
    if (found == null || !found.lane().lease().isHeld()) {
      return false;
    }
    found.lane().tell(message);
    return true;
  }

  synchronized void tellAll(LaneMessage message) {
    running.values().forEach(lane -> lane.lane().tell(message));
  }

  /**
   * Stops the webhook's lane; empty if it does not run here, else a future that completes when it
   * has ended.
   */
  synchronized Optional<CompletableFuture<Void>> stop(WebhookId webhook, LaneMessage.Stop stop) {
    Running found = running.get(webhook);
    if (found == null) {
      return Optional.empty();
    }
    found.lane().lease().lose();
    found.lane().tell(stop);
    return Optional.of(found.ended());
  }

  synchronized List<LaneStart> starts() {
    return running.values().stream().map(Running::start).toList();
  }

  /** Calls for each lane, without holding the lock meanwhile. */
  void forEach(BiConsumer<LaneStart, DeliveryLane> action) {
    List<Running> lanes;
    synchronized (this) {
      lanes = new ArrayList<>(running.values());
    }
    lanes.forEach(lane -> action.accept(lane.start(), lane.lane()));
  }

  synchronized int count() {
    return running.size();
  }

  synchronized Collection<WebhookId> webhooks() {
    return List.copyOf(running.keySet());
  }

  /** Stops all, and returns when all have ended. */
  void close(LaneMessage.Stop stop) throws InterruptedException {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    synchronized (this) {
      closing = stop;
      allEnded = ended;
      tellAll(stop);
      if (running.isEmpty()) {
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
