package io.httpqueue.management;

import io.httpqueue.database.ReadinessCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;

/**
 * Whether this server should get traffic: it has started, was not told to stop, and all that it
 * needs answers. Thread-safe.
 */
final class Readiness {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<ReadinessCheck> checks;
  private final ApplicationAvailability availability;
  // A check that hangs is not asked once more by each probe that comes.
  private final Map<String, CompletableFuture<Boolean>> asked = new ConcurrentHashMap<>();

  Readiness(List<ReadinessCheck> checks, ApplicationAvailability availability) {
    this.checks = List.copyOf(checks);
    this.availability = availability;
  }

  /** What keeps it from being ready; empty if it is. */
  Optional<String> missing() throws InterruptedException {
    if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
      return Optional.of("it is starting or stopping");
    }
    for (ReadinessCheck check : checks) {
      if (!isReady(check)) {
        return Optional.of(check.name() + " does not answer");
      }
    }
    return Optional.empty();
  }

  private boolean isReady(ReadinessCheck check) throws InterruptedException {
    CompletableFuture<Boolean> answer =
        asked.compute(
            check.name(),
            (_, before) ->
                before != null && !before.isDone()
                    ? before
                    : CompletableFuture.supplyAsync(check::isReady, Thread::startVirtualThread));
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    }
  }
}
