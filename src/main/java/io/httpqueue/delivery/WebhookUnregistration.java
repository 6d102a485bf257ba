package io.httpqueue.delivery;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.delivery.LaneMessage.Stop;
import io.httpqueue.delivery.LaneRepository.Stopped;
import io.httpqueue.webhook.UnknownWebhookException;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Ends a registration so that nothing is sent once it has been answered, on whichever server its
 * lane runs. Thread-safe.
 */
@Component
public class WebhookUnregistration {

  private static final String STOP = "stop-lane";
  private static final String STOPPED = "lane-stopped";

  /** How long what is in flight may go on; then it is broken off. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int CANCEL_BATCH = 5_000;
  private static final Duration CANCEL_TIME = Duration.ofSeconds(2);

  private final WebhookRegistry webhooks;
  private final LaneRepository lanes;
  private final DueDeliveryRepository deliveries;
  private final LocalLanes localLanes;
  private final LaneWaker waker;
  private final ServerMessages messages;
  private final DeliveryStats stats;
  private final Map<WebhookId, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

  WebhookUnregistration(
      WebhookRegistry webhooks,
      LaneRepository lanes,
      DueDeliveryRepository deliveries,
      LocalLanes localLanes,
      LaneWaker waker,
      ServerMessages messages,
      DeliveryStats stats) {
    this.webhooks = webhooks;
    this.lanes = lanes;
    this.deliveries = deliveries;
    this.localLanes = localLanes;
    this.waker = waker;
    this.messages = messages;
    this.stats = stats;
    messages.subscribe(STOP, this::stopHere);
    messages.subscribe(STOPPED, this::stopped);
  }

  /**
   * Unregisters a webhook: when it returns no request is under way to it, none will be, and its
   * waiting deliveries are cancelled, or about to be where there are very many. Does the same again
   * for a webhook that is unregistered already. Blocks, usually for milliseconds; for as long as a
   * lease where the server that worked on it has just died.
   *
   * @throws UnknownWebhookException if there is no such webhook, or none any more
   */
  public void unregister(WebhookId webhook) throws InterruptedException {
    if (webhooks.find(webhook).isEmpty()) {
      throw new UnknownWebhookException(webhook);
    }
    webhooks.markDeleted(webhook);
    stopLane(webhook);
    cancelWaiting(webhook);
  }

  private void stopLane(WebhookId webhook) throws InterruptedException {
    CompletableFuture<Void> stoppedElsewhere =
        waiting.computeIfAbsent(webhook, id -> new CompletableFuture<>());
    try {
      Optional<Stopped> stopped = lanes.stop(webhook);
      Optional<CompletableFuture<Void>> stoppedHere = localLanes.stop(webhook, new Stop(PATIENCE));
      if (stoppedHere.isPresent()) {
        await(stoppedHere.get(), PATIENCE.multipliedBy(5));
      } else if (stopped.isPresent() && mayRunElsewhere(stopped.get())) {
        messages.publish(STOP, webhook.toString());
        await(stoppedElsewhere, PATIENCE.plus(stopped.get().leaseLeft()));
      }
      stopped.ifPresent(place -> lanes.release(place.place()));
    } finally {
      waiting.remove(webhook);
    }
  }

  private static boolean mayRunElsewhere(Stopped stopped) {
    return stopped.running() || stopped.leaseLeft().isPositive();
  }

  private void cancelWaiting(WebhookId webhook) {
    long started = System.nanoTime();
    while (cancelSome(webhook) > 0) {
      if (System.nanoTime() - started > CANCEL_TIME.toNanos()) {
        // The lane of a webhook that is unregistered does nothing but cancel.
        waker.wakeSleeping(List.of(webhook));
        return;
      }
    }
  }

  private int cancelSome(WebhookId webhook) {
    int cancelled = deliveries.cancel(webhook, CANCEL_BATCH);
    stats.cancelled(webhook, cancelled);
    return cancelled;
  }

  /** Runs on the listening thread. */
  private void stopHere(String message) {
    WebhookId webhook = WebhookId.parse(message);
    localLanes
        .stop(webhook, new Stop(PATIENCE))
        .ifPresent(
            ended -> {
              var _ = ended.thenRunAsync(() -> answer(webhook));
            });
  }

  private void answer(WebhookId webhook) {
    try {
      messages.publish(STOPPED, webhook.toString());
    } catch (DataAccessException e) {
      // The one who asked waits for the lease to run out instead.
    }
  }

  private void stopped(String message) {
    CompletableFuture<Void> future = waiting.get(WebhookId.parse(message));
    if (future != null) {
      future.complete(null);
    }
  }

  private static void await(CompletableFuture<Void> future, Duration patience)
      throws InterruptedException {
    try {
      future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // A lease that has run out is as good as a lane that has answered: it sends nothing more.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
