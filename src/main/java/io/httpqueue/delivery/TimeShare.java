package io.httpqueue.delivery;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * Bounds what is read again and again by the time that it takes. Most of it costs nothing worth
 * noticing. But while some transaction of another program stays open, Postgres keeps the index
 * entry of every delivery that has ended since, and each search passes over all of them.
 */
final class TimeShare {

  /** It takes at most one part in so many of the time. */
  private static final int PARTS = 20;

  private static final Duration LONGEST_BRIEF_REST = Duration.ofMinutes(1);

  private TimeShare() {}

  /** How long to leave it after it has taken so long. */
  static Duration restAfter(Duration took) {
    return took.multipliedBy(PARTS);
  }

  /**
   * The same, but no longer than a minute: it may have taken long for another reason, as Postgres'
   * restart, and is not to be missed.
   */
  static Duration briefRestAfter(Duration took) {
    return Collections.min(List.of(restAfter(took), LONGEST_BRIEF_REST));
  }
}
