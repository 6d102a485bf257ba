package io.httpqueue.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The attempts that a lane has running. Thread-safe. */
final class InFlightAttempts {

  private final Map<UUID, InFlight> attempts = new ConcurrentHashMap<>();

  private static final class InFlight {

    private final int attempt;
    private final Thread thread;
    private final long startedAtNanos = System.nanoTime();
    private volatile boolean shown;

    InFlight(int attempt, Thread thread) {
      this.attempt = attempt;
      this.thread = thread;
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - startedAtNanos);
    }
  }

  /** To be called by the thread that sends, before it does. */
  void started(DueDelivery delivery) {
    attempts.put(delivery.id(), new InFlight(delivery.attempt(), Thread.currentThread()));
  }

  void ended(DueDelivery delivery) {
    attempts.remove(delivery.id());
  }

  /** Those that have been running for so long, each of them once. */
  List<RunningAttempt> newlyOlderThan(Duration age) {
    List<RunningAttempt> found = new ArrayList<>();
    attempts.forEach(
        (id, inFlight) -> {
          if (!inFlight.shown && inFlight.age().compareTo(age) >= 0) {
            inFlight.shown = true;
            found.add(new RunningAttempt(id, inFlight.attempt, inFlight.age()));
          }
        });
    return found;
  }

  /** What could not be shown is to be found once more. */
  void notShown(Collection<RunningAttempt> those) {
    for (RunningAttempt attempt : those) {
      InFlight inFlight = attempts.get(attempt.deliveryId());
      if (inFlight != null) {
        inFlight.shown = false;
      }
    }
  }

  /** Breaks off whatever runs. */
  void interrupt() {
    attempts.values().forEach(inFlight -> inFlight.thread.interrupt());
  }
}
