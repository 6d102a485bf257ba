package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** What was handed over later than that may have changed, and is read. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /**
   * How long after its id was made a delivery may be committed, to be found although nobody told of
   * it. One that takes longer waits for a pass from the start. Those are rare, since they go over
   * all that wait for their turn, and over the index entries of all that ended since the last
   * vacuum.
   */
  static final Duration LATEST_COMMIT = Duration.ofSeconds(15);

  private static final Duration WHOLE_PASS_EVERY = Duration.ofMinutes(5);

  /** Reads in a row, so that a lane comes to do other things. */
  private static final int READS = 4;

  private final WebhookId webhook;
  private final DueDeliveryRepository repository;
  private final @Nullable KeyOrder order;
  private final int batch;

  /** When it began, by Postgres' clock, which makes the ids. */
  private final Instant beganAt;

  private final long beganNanos = System.nanoTime();

  private final Deque<DueDelivery> ready = new ArrayDeque<>();
  private final Set<UUID> known = new HashSet<>();
  private UUID cursor = START;

  /** Those from before the lane began count as seen: by the one before it. */
  private final SeenIds seen;

  private long lookedNanos = beganNanos;
  private long wholePassNanos = beganNanos;
  private boolean moreFirstAttempts = true;
  private boolean closed;
  private @Nullable Long nextRetryNanos;

  /**
   * Knows nothing yet.
   *
   * @param since deliveries with greater ids were made after the lane took its lease
   * @param order null where deliveries are in none
   */
  LaneBacklog(
      WebhookId webhook,
      UUID since,
      DueDeliveryRepository repository,
      @Nullable KeyOrder order,
      int batch) {
    this.webhook = webhook;
    this.seen = new SeenIds(since);
    this.repository = repository;
    this.order = order;
    this.batch = batch;
    this.beganAt = UuidV7.madeAt(since);
  }

  /**
   * Takes deliveries in, but for those it knows already; returns how many were new. Of those that
   * are in an order it only notes the key.
   */
  int add(Collection<DueDelivery> deliveries) {
    int before = ready.size();
    for (DueDelivery delivery : deliveries) {
      String key = delivery.orderingKey();
      if (order != null && key != null && !order.isUnderWay(delivery.id())) {
        order.candidate(key);
      } else if (known.add(delivery.id())) {
        seen.add(delivery.id());
        ready.add(delivery);
      }
    }
    return ready.size() - before;
  }

  /**
   * Takes deliveries that have just been made, unread, if it has read all that was made before.
   * Those that it may have read already, or another lane before it, it reads.
   */
  void takeOver(List<NewDelivery> made) {
    if (closed) {
      return;
    }
    boolean unread = order == null && !moreFirstAttempts && hasRoom();
    List<NewDelivery> toRead = new ArrayList<>();
    for (NewDelivery delivery : made) {
      if (unread && isFresh(delivery) && !seen.mayContain(delivery.id())) {
        add(List.of(delivery.due()));
        reached(delivery.id());
      } else if (!seen.contains(delivery.id())) {
        toRead.add(delivery);
      }
    }
    // Last, since what was taken over has moved the cursor on.
    toRead.forEach(delivery -> firstAttemptsFrom(UuidV7.floor(delivery.id())));
  }

  private static boolean isFresh(NewDelivery delivery) {
    return System.nanoTime() - delivery.writtenNanos() < FRESH.toNanos();
  }

  /** What is committed late, behind the cursor, is told of with an id that moves it back. */
  private void reached(UUID id) {
    cursor = cursor.compareTo(id) < 0 ? id : cursor;
  }

  /** Deliveries have been made, with ids greater than the one given. */
  void firstAttemptsFrom(UUID id) {
    moreFirstAttempts = true;
    if (id.compareTo(cursor) < 0) {
      cursor = id;
    }
  }

  /**
   * Moves the cursor back to what may have been committed since the last time, of which nobody may
   * have told.
   */
  void lookBehind(long nowNanos) {
    if (nowNanos - wholePassNanos >= WHOLE_PASS_EVERY.toNanos()) {
      wholePassNanos = nowNanos;
      firstAttemptsFrom(START);
    } else {
      Instant looked = beganAt.plusNanos(lookedNanos - beganNanos);
      firstAttemptsFrom(UuidV7.floor(looked.minus(LATEST_COMMIT)));
    }
    lookedNanos = nowNanos;
    if (order != null) {
      order.sweep();
    }
    lookForRetries();
  }

  /**
   * Moves the cursor back to the start, since anything may have been committed. Of an ordered
   * webhook the keys are looked through in place of that.
   */
  void rewind(long nowNanos) {
    if (order == null) {
      wholePassNanos = nowNanos;
      firstAttemptsFrom(START);
    }
    lookBehind(nowNanos);
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
    for (int read = 0; read < READS && mayReadFirstAttempts(); read++) {
      readFirstAttempts();
    }
    for (int read = 0; read < READS && order != null && hasRoom() && order.hasWork(); read++) {
      add(order.next(batch / 2));
    }
  }

  /** Whether it had not the time to read all that it has room for. */
  boolean hasMoreToRead() {
    return mayReadFirstAttempts() || (order != null && hasRoom() && order.hasWork());
  }

  private boolean mayReadFirstAttempts() {
    return moreFirstAttempts && hasRoom() && (order == null || order.candidates() < 4 * batch);
  }

  /** Whether it would read if there were something to read. */
  private boolean hasRoom() {
    return ready.size() < batch / 2 && known.size() < 4 * batch;
  }

  /** Takes in what was claimed by a write. */
  void addClaimed(Collection<DueDelivery> claimed) {
    if (order != null) {
      claimed.forEach(order::start);
    }
    add(claimed);
  }

  /** The lane was idle for a while: thousands of those are not to keep what they need no more. */
  void rested() {
    seen.forget();
  }

  /** Up to which id it has read, at least. */
  UUID readUpTo() {
    return cursor;
  }

  /** Whether there is anything to hand out. */
  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** How many there are to hand out. */
  int ready() {
    return ready.size();
  }

  /** The next delivery to attempt, which stays the next; null if none is ready. */
  @Nullable DueDelivery peek() {
    return ready.peek();
  }

  /** The next delivery to attempt; null if none is ready. */
  @Nullable DueDelivery poll() {
    return ready.poll();
  }

  /** Some that were handed out are the next again, in their order. */
  void putBack(List<DueDelivery> deliveries) {
    deliveries.reversed().forEach(ready::addFirst);
  }

  /**
   * What was handed out was not attempted: it is as it was, behind the cursor, and is read again.
   */
  void notMade(DueDelivery delivery) {
    settled(delivery.id(), null);
    firstAttemptsFrom(UuidV7.floor(delivery.id()));
    retryIn(Duration.ZERO);
  }

  /** The outcome of a delivery is committed. */
  void settled(UUID id, @Nullable Duration retryAfter) {
    known.remove(id);
    if (order != null) {
      order.settled(id, retryAfter == null);
    }
    if (retryAfter != null) {
      retryIn(retryAfter);
    }
  }

  /** Drops a delivery, if it was not handed out; it is not taken over any more. */
  void drop(UUID id) {
    seen.add(id);
    if (ready.removeIf(delivery -> delivery.id().equals(id))) {
      settled(id, null);
    }
  }

  /** Drops what was read and not handed out, to be read again if it goes on, and returns it. */
  List<DueDelivery> dropReady() {
    List<DueDelivery> dropped = new ArrayList<>(ready);
    ready.clear();
    dropped.forEach(this::notMade);
    return dropped;
  }

  /** Takes nothing over any more: the lane ends, and the next one reads what has come. */
  void close() {
    closed = true;
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
      reached(read.getLast().id());
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
