package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a lane knows of its webhook's due deliveries: read behind a cursor, and handed out once
 * each. Used by the lane's own thread alone. That is what makes it safe to read rows whose outcome
 * is still on its way: a row stays known until the lane has been told of its commit, and it is told
 * between two reads, never during one.
 */
final class LaneBacklog {

  private static final UUID START = new UUID(0, 0);
  private static final Duration RECHECK = Duration.ofMillis(200);

  private final WebhookId webhook;
  private final DueDeliveryRepository repository;
  private final int batch;

  private final Deque<DueDelivery> ready = new ArrayDeque<>();
  private final Set<UUID> known = new HashSet<>();
  private UUID cursor = START;
  private boolean moreFirstAttempts = true;
  private @Nullable Long nextRetryNanos;

  LaneBacklog(WebhookId webhook, DueDeliveryRepository repository, int batch) {
    this.webhook = webhook;
    this.repository = repository;
    this.batch = batch;
  }

  /** Takes deliveries in, but for those it knows already; returns how many were new. */
  int add(Collection<DueDelivery> deliveries) {
    int before = ready.size();
    for (DueDelivery delivery : deliveries) {
      if (known.add(delivery.id())) {
        ready.add(delivery);
      }
    }
    return ready.size() - before;
  }

  /** Deliveries have been made, with ids greater than the one given. */
  void firstAttemptsFrom(UUID id) {
    moreFirstAttempts = true;
    if (id.compareTo(cursor) < 0) {
      cursor = id;
    }
  }

  /** Forgets the cursor: the next read finds also what was committed late behind it. */
  void rewind() {
    firstAttemptsFrom(START);
    lookForRetries();
  }

  /** Asks Postgres when the next retry is due. */
  void lookForRetries() {
    nextRetryNanos = null;
    repository.nextRetry(webhook).ifPresent(this::retryIn);
  }

  /** Reads more where little is left and more may be due. */
  void refill() {
    if (hasRoom() && nextRetryNanos != null && nextRetryNanos - System.nanoTime() <= 0) {
      readRetries();
    }
    while (hasRoom() && moreFirstAttempts) {
      readFirstAttempts();
    }
  }

  /** Whether it would read if there were something to read. */
  private boolean hasRoom() {
    return ready.size() < batch / 2 && known.size() < 4 * batch;
  }

  /** The next delivery to attempt; null if none is ready. */
  @Nullable DueDelivery poll() {
    return ready.poll();
  }

  /** The outcome of a delivery is committed. */
  void settled(UUID id, @Nullable Duration retryAfter) {
    known.remove(id);
    if (retryAfter != null) {
      retryIn(retryAfter);
    }
  }

  /** Drops a delivery, if it was read and not handed out. */
  void drop(UUID id) {
    if (ready.removeIf(delivery -> delivery.id().equals(id))) {
      known.remove(id);
    }
  }

  /** Drops what was read and not handed out. */
  void dropReady() {
    ready.forEach(delivery -> known.remove(delivery.id()));
    ready.clear();
  }

  /** Whether nothing that was handed out still waits for its commit. */
  boolean hasOnlyReady() {
    return known.size() == ready.size();
  }

  /** Whether nothing is ready, and nothing that was handed out still waits for its commit. */
  boolean isSettled() {
    return known.isEmpty();
  }

  /**
   * Nanoseconds until a retry should be read; empty if none waits, or there is no room for it yet.
   */
  Optional<Long> nanosToRetry() {
    return Optional.ofNullable(hasRoom() ? nextRetryNanos : null)
        .map(at -> Math.max(0, at - System.nanoTime()));
  }

  private void readFirstAttempts() {
    List<DueDelivery> read = repository.firstAttempts(webhook, cursor, batch);
    if (!read.isEmpty()) {
      cursor = read.getLast().id();
    }
    moreFirstAttempts = read.size() == batch;
    add(read);
  }

  private void readRetries() {
    // Those that are known (their outcomes still under way) may fill the front of what is due.
    int fresh = add(repository.retries(webhook, batch + known.size()));
    lookForRetries();
    if (fresh == 0 && nextRetryNanos != null) {
      // All that is due is being worked on already: its outcomes are about to say when more is.
      nextRetryNanos = Math.max(nextRetryNanos, System.nanoTime() + RECHECK.toNanos());
    }
  }

  private void retryIn(Duration delay) {
    long at = System.nanoTime() + delay.toNanos();
    if (nextRetryNanos == null || at - nextRetryNanos < 0) {
      nextRetryNanos = at;
    }
  }
}
