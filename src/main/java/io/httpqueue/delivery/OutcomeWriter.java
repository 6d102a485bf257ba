package io.httpqueue.delivery;

import io.httpqueue.database.Batcher;
import io.httpqueue.webhook.Webhook;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * Records what became of attempts: one writer for all lanes of the server, so that many outcomes
 * share a commit. While Postgres is away it keeps trying, since a success that is not recorded is
 * sent again; and it says so, that lanes send no more of what could not be recorded either.
 * Thread-safe.
 */
@Component
class OutcomeWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OutcomeWriter.class);

  // The lanes bound how many outcomes can wait: they send nothing while it is too many.
  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(1000, 4L << 20, Integer.MAX_VALUE, Long.MAX_VALUE);

  /**
   * While few come each is written at once, so that little is sent again where a server dies. While
   * many do, a moment's more does not change that, and saves Postgres most of the commits.
   */
  private static final Batcher.Pace PACE = new Batcher.Pace(8, Duration.ofMillis(10));

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /**
   * While more than so many wait for a commit lanes send nothing: all of them are sent again if the
   * server dies, or if another takes its lanes over before Postgres has them.
   */
  private static final int MOST_WAITING = 1000;

  /** A commit that takes longer may never come back. */
  private static final Duration STALLED_AFTER = Duration.ofSeconds(1);

  /**
   * A Postgres that vanished without closing its connections is not waited for as long as other
   * statements wait, which is longer than a lease. Each further try has twice the time, so that a
   * commit that takes long comes to its end.
   */
  private static final Duration FIRST_PATIENCE = Duration.ofSeconds(3);

  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(48);

  private final OutcomeRepository repository;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final RecordedOutcomes recorded;
  private final DeliveryMetrics metrics;
  private final Batcher<Ended, Ended> writer;
  private volatile @Nullable Write underWay;

  /**
   * A batch that is not committed yet.
   *
   * @param refused whether Postgres could not be reached, or did not take it, at least once
   */
  private record Write(long startedNanos, boolean refused) {

    boolean isStalled() {
      return refused || System.nanoTime() - startedNanos > STALLED_AFTER.toNanos();
    }
  }

  /** An outcome, and what it is of. */
  private record Ended(Webhook webhook, DueDelivery delivery, Outcome outcome) {

    long size() {
      return outcome.size();
    }
  }

  OutcomeWriter(OutcomeRepository repository, RecordedOutcomes recorded, DeliveryMetrics metrics) {
    this.repository = repository;
    this.recorded = recorded;
    this.metrics = metrics;
    this.writer = new Batcher<>("outcome-writer", LIMITS, PACE, Ended::size, this::write);
  }

  /**
   * Queues an outcome; the future completes after the commit that holds it, or exceptionally once
   * closed.
   */
  CompletableFuture<?> write(Webhook webhook, DueDelivery delivery, Outcome outcome) {
    Ended ended = new Ended(webhook, delivery, outcome);
    try {
      // The next one in order is not sent before.
      return delivery.orderingKey() == null ? writer.submit(ended) : writer.submitAtOnce(ended);
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Whether outcomes cannot be recorded now, or only late. What is sent meanwhile may be sent again
   * by another server.
   */
  boolean isStalled() {
    Write write = underWay;
    return waiting() > MOST_WAITING || (write != null && write.isStalled());
  }

  /** How many wait for a commit. */
  int waiting() {
    return writer.queuedItems();
  }

  @Override
  public void close() {
    closing.countDown();
    writer.close(CLOSE_PATIENCE);
  }

  private List<Ended> write(List<Ended> outcomes) {
    underWay = new Write(System.nanoTime(), false);
    try {
      return writeUntilDone(outcomes);
    } finally {
      underWay = null;
    }
  }

  private List<Ended> writeUntilDone(List<Ended> outcomes) {
    Duration patience = FIRST_PATIENCE;
    while (true) {
      try {
        commit(outcomes, patience);
        return outcomes;
      } catch (DataIntegrityViolationException e) {
        return writeEach(outcomes, e);
      } catch (DataAccessException e) {
        refused(outcomes.size(), e);
        if (isClosing()) {
          throw e;
        }
        patience = Collections.min(List.of(patience.multipliedBy(2), LONGEST_PATIENCE));
      }
    }
  }

  private void commit(List<Ended> outcomes, Duration patience) {
    long started = System.nanoTime();
    Set<UUID> unchanged =
        repository.record(outcomes.stream().map(Ended::outcome).toList(), patience);
    metrics.committed(outcomes.size(), Duration.ofNanos(System.nanoTime() - started));
    outcomes.forEach(
        ended ->
            recorded.add(
                ended.webhook(),
                ended.delivery(),
                ended.outcome(),
                !unchanged.contains(ended.delivery().id())));
  }

  private void refused(int count, DataAccessException e) {
    Write write = underWay;
    if (write == null || !write.refused()) {
      log.warn(
          "{} outcomes cannot be recorded, and are tried again until they can: {}",
          count,
          e.getMostSpecificCause().getMessage());
      underWay = new Write(System.nanoTime(), true);
    }
  }

  /** One that can never be written must not keep the others from it. */
  private List<Ended> writeEach(List<Ended> outcomes, DataIntegrityViolationException e) {
    if (outcomes.size() == 1) {
      log.error("The outcome of delivery {} was refused", outcomes.getFirst().delivery().id(), e);
      return outcomes;
    }
    outcomes.forEach(outcome -> writeUntilDone(List.of(outcome)));
    return outcomes;
  }

  private boolean isClosing() {
    try {
      return closing.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
