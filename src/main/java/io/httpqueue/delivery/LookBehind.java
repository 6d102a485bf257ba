package io.httpqueue.delivery;

import io.httpqueue.delivery.Places.Place;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a lane looks for what was committed behind its cursor, and nobody may have told of: every
 * few seconds, and at once where it was told to. While it is idle {@link LaneUpkeep} looks in its
 * place. Used by the lane's own thread alone.
 */
final class LookBehind {

  static final Duration EVERY = Duration.ofSeconds(5);

  /** Of a lane that is idle most of the time. */
  private static final Duration AT_LEAST_EVERY = Duration.ofMinutes(1);

  private final LaneBacklog backlog;
  private Deadline next = new Deadline(EVERY);
  private Deadline last = new Deadline(AT_LEAST_EVERY);
  private boolean again;
  private boolean soon;
  private @Nullable Place place;
  private boolean over;

  LookBehind(LaneBacklog backlog) {
    this.backlog = backlog;
  }

  /** Anything may have been committed: it is to look as soon as it can. */
  void again() {
    again = true;
  }

  /**
   * It is to look as soon as it can, at what it would look at in a few seconds.
   *
   * @param turn to be given back by {@link #letOthersLook}
   */
  void soon(Place turn) {
    soon = true;
    letOthersLook();
    place = turn;
    if (over) {
      letOthersLook();
    }
  }

  /** It has looked, and begun with what it found, or cannot just now. */
  void letOthersLook() {
    if (place != null) {
      place.close();
      place = null;
    }
  }

  /** Whether it was told to look, and has not yet. */
  boolean isToLook() {
    return again || soon;
  }

  /** It will not look any more. */
  void end() {
    over = true;
    letOthersLook();
  }

  /** Looks, if it is time to. */
  void lookIfDue() {
    if (again) {
      backlog.rewind(System.nanoTime());
    } else if (soon || next.isOver()) {
      backlog.lookBehind(System.nanoTime());
    } else {
      return;
    }
    again = false;
    soon = false;
    next = new Deadline(EVERY);
    last = new Deadline(AT_LEAST_EVERY);
  }

  /** How long until it looks. */
  long nanosLeft() {
    return next.nanosLeft();
  }

  /** The lane was idle for so long. */
  void rested(long nanos) {
    next = new Deadline(Math.min(next.atNanos() + nanos, last.atNanos()));
  }
}
