package io.httpqueue.event;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Accepts events: whatever gathers while a commit runs goes into the next one. Thread-safe. */
public interface EventIntake {

  /**
   * Whether to accept an event of this namespace reads the database before it is queued, on the
   * thread that asks.
   */
  boolean readsFirst(String namespace);

  /**
   * Queues an event for the next commit. The future completes after that commit, or exceptionally
   * with a Spring {@code DataAccessException} where Postgres did not take it; then the event may or
   * may not have been accepted, and pushed again with the same idempotency key it is accepted once.
   * With an {@link IdempotencyKeyReusedException} nothing was accepted.
   *
   * @throws io.httpqueue.database.QueueFullException if too much waits already
   */
  CompletableFuture<AcceptedEvent> accept(NewEvent event);

  /**
   * Like {@link #accept(NewEvent)}, but waits for room in the queue.
   *
   * @param patience how long at most
   * @throws io.httpqueue.database.QueueFullException if there was no room in that time
   */
  CompletableFuture<AcceptedEvent> accept(NewEvent event, Duration patience)
      throws InterruptedException;
}
