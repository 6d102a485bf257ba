package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The ids of deliveries that a lane has seen lately. They come nearly in the order of their ids,
 * but not quite where several servers make them. Those of a second and more are kept, or at least
 * the latest {@value #MOST} of them; of older ones it is only known that they may have been seen.
 * Used by the lane's own thread alone.
 */
final class SeenIds {

  private static final int MOST = 1_024;
  private static final long MILLIS = Duration.ofSeconds(1).toMillis();

  /** What has an id up to this one may have been seen. */
  private UUID forgotten;

  private Generation before = new Generation();
  private Generation now = new Generation();

  /** Ids of about the same time. */
  private static final class Generation {

    private final Set<UUID> ids = new HashSet<>();
    private UUID greatest = new UUID(0, 0);

    void add(UUID id) {
      ids.add(id);
      greatest = max(greatest, id);
    }
  }

  /**
   * @param from ids up to this one may have been seen before
   */
  SeenIds(UUID from) {
    this.forgotten = from;
  }

  void add(UUID id) {
    if (id.compareTo(forgotten) <= 0) {
      return;
    }
    if (now.ids.size() >= MOST || millisBetween(before.greatest, id) > MILLIS) {
      forgotten = max(forgotten, before.greatest);
      before = now;
      now = new Generation();
    }
    now.add(id);
  }

  /** Whether it was seen for certain. */
  boolean contains(UUID id) {
    return now.ids.contains(id) || before.ids.contains(id);
  }

  /** Whether it was seen, or may have been. */
  boolean mayContain(UUID id) {
    return id.compareTo(forgotten) <= 0 || contains(id);
  }

  /** Forgets which they were: any that is not greater than all of them may have been seen. */
  void forget() {
    forgotten = max(forgotten, max(before.greatest, now.greatest));
    before = new Generation();
    now = new Generation();
  }

  private static long millisBetween(UUID earlier, UUID later) {
    return Duration.between(UuidV7.madeAt(earlier), UuidV7.madeAt(later)).toMillis();
  }

  private static UUID max(UUID one, UUID other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
