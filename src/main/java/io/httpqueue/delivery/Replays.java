package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.ReplayStepRepository.Step;
import io.httpqueue.delivery.ReplayStepRepository.Step.Early;
import io.httpqueue.delivery.ReplayStepRepository.Step.Ended;
import io.httpqueue.delivery.ReplayStepRepository.Step.Moved;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Sends events again: makes new deliveries of old ones, in the background and at a bounded rate. A
 * replay runs on one server at a time; what it has made and how far it is are one commit, so that
 * whichever server goes on after a crash makes nothing twice. Thread-safe.
 */
@Component
public class Replays {

  private static final Logger log = LoggerFactory.getLogger(Replays.class);

  /** A step takes milliseconds; the longest wait between two of them is a second. */
  private static final Duration LEASE = Duration.ofSeconds(15);

  private static final Duration KEPT_ONCE_ENDED = Duration.ofDays(30);
  private static final int SWEEP_LIMIT = 100;
  private static final int MAX_RUNNING = 20;

  private final ReplayRepository repository;
  private final ReplayStepRepository steps;
  private final ReplayStarter starter;
  private final LaneWaker waker;
  private final DeliveryLimits limits;
  private final UuidV7 ids;
  private final Set<CountDownLatch> running = ConcurrentHashMap.newKeySet();

  Replays(
      ReplayRepository repository,
      ReplayStepRepository steps,
      ReplayStarter starter,
      LaneWaker waker,
      DeliveryLimits limits,
      UuidV7 ids) {
    this.repository = repository;
    this.steps = steps;
    this.starter = starter;
    this.waker = waker;
    this.limits = limits;
    this.ids = ids;
  }

  /**
   * Begins a replay; it goes on until it is done or cancelled, whatever happens to this server.
   *
   * @return empty if as many run in the namespace already as may
   */
  public Optional<Replay> begin(ReplayScope scope) {
    ReplayId id = new ReplayId(ids.next());
    if (!repository.insertIfFewerRun(id, scope, MAX_RUNNING)) {
      return Optional.empty();
    }
    Optional<Replay> begun = repository.find(id);
    try {
      starter.startReplay(id);
    } catch (DataAccessException e) {
      // It is written down: the sweep starts it.
      log.debug("Replay {} could not be started: {}", id, e.getMessage());
    }
    return begun;
  }

  /** How many may run in a namespace at once. */
  public int maxRunning() {
    return MAX_RUNNING;
  }

  /** A replay as it is now; empty if there is none, or it ended more than 30 days ago. */
  public Optional<Replay> find(ReplayId id) {
    return repository.find(id);
  }

  /** Ends a replay: when this returns it makes no more deliveries. What it had made goes on. */
  public void cancel(ReplayId id) {
    repository.cancelIfRunning(id);
  }

  /**
   * Makes deliveries until the replay has ended, or this server stops. Does nothing if it runs
   * elsewhere. Blocks meanwhile.
   */
  public void run(ReplayId id) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    running.add(stop);
    try {
      OptionalLong epoch = repository.acquire(id, LEASE);
      if (epoch.isPresent()) {
        run(id, epoch.getAsLong(), stop);
      }
    } finally {
      running.remove(stop);
    }
  }

  private void run(ReplayId id, long epoch, CountDownLatch stop) throws InterruptedException {
    while (stop.getCount() > 0) {
      Step step = steps.step(id, epoch, LEASE, limits.maxAttempts());
      switch (step) {
        case Moved moved -> wake(moved);
        case Early early -> stop.await(early.pause().toMillis(), TimeUnit.MILLISECONDS);
        case Ended _ -> {
          return;
        }
      }
    }
    repository.release(id, epoch);
  }

  private void wake(Moved moved) {
    if (moved.created() > 0) {
      waker.wake(Set.of(moved.webhook()), moved.from());
    }
  }

  /** Starts anew what a crash left behind, and forgets what ended long ago. */
  public void sweep() {
    repository.leftBehind(SWEEP_LIMIT).forEach(starter::startReplay);
    repository.forgetEndedBefore(KEPT_ONCE_ENDED);
  }

  /** Ends the runs on this server; the sweep starts them anew, here or elsewhere. */
  public void endRuns() {
    running.forEach(CountDownLatch::countDown);
  }
}
