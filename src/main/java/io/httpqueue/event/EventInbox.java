package io.httpqueue.event;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.event.EventInboxRepository.Pushed;
import io.httpqueue.event.EventWriter.Written;
import io.httpqueue.event.IntakeResult.Committed;
import io.httpqueue.event.IntakeResult.KeyReused;
import io.httpqueue.retention.PartitionKeeper;
import io.httpqueue.telemetry.EventSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Accepts what was pushed by SQL: many events in one commit, which also takes them out of the
 * inbox, so that each is accepted once, and under the id that its producer knows.
 *
 * <p>One of the producers that commit at the same time sends a message; the others may commit after
 * it. So a look is followed by others, each after twice the time, up to a second: an event is found
 * about as long after its commit as its transaction outlasted the one that told of it. Thread-safe.
 */
@Component
class EventInbox implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(EventInbox.class);

  private static final String TOPIC = "inbox";
  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 4L << 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration TELL_AGAIN = Duration.ofMinutes(1);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  /** Before the jobs, which deliver; and it stops after them. */
  private static final int PHASE = 900;

  private final EventInboxRepository inbox;
  private final EventWriter events;
  private final EventTypes types;
  private final TransactionTemplate transaction;
  private final PartitionKeeper partitions;
  private final IntakeSettings settings;
  private final IntakeMetrics metrics;
  private final Semaphore message = new Semaphore(0);

  /** How many broke their schemas since the start; used by the inbox's own thread alone. */
  private long broken;

  /** How many are taken at once; used by the inbox's own thread alone. */
  private int limit = BATCH;

  private long tellAgainNanos = System.nanoTime();
  private volatile boolean running;
  private volatile @Nullable Thread thread;

  EventInbox(
      EventInboxRepository inbox,
      EventWriter events,
      EventTypes types,
      TransactionTemplate transaction,
      PartitionKeeper partitions,
      IntakeSettings settings,
      IntakeMetrics metrics,
      ServerMessages messages) {
    this.inbox = inbox;
    this.events = events;
    this.types = types;
    this.transaction = transaction;
    this.partitions = partitions;
    this.settings = settings;
    this.metrics = metrics;
    messages.subscribe(TOPIC, _ -> message.release());
    messages.afterGap(message::release);
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("event-inbox").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    message.release();
    Thread stopping = thread;
    if (stopping != null) {
      try {
        stopping.join(STOP_PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    try {
      while (running) {
        boolean told = message.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        message.drainPermits();
        boolean found = acceptAll();
        Duration longer = pause.multipliedBy(2);
        pause = told || found ? FIRST_PAUSE : shorter(longer, LONGEST_PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Accepts what is there; returns whether anything was. */
  private boolean acceptAll() {
    int count = 0;
    try {
      int accepted;
      do {
        accepted = acceptSome();
        count += accepted;
      } while (running && accepted > 0);
    } catch (DataAccessException | TransactionException e) {
      // The rows stand as they were, and are looked for again in a moment.
      log.debug("The inbox is looked at later: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("The inbox could not be emptied, and is looked at again", e);
    }
    return count > 0;
  }

  private int acceptSome() {
    List<IdentifiedEvent> batch = new ArrayList<>();
    try {
      accept(limit, batch);
      if (batch.size() == limit) {
        limit = Math.min(BATCH, limit + 1 + limit / 10);
      }
      return batch.size();
    } catch (DataIntegrityViolationException e) {
      return acceptEach();
    } catch (DataAccessException e) {
      // So many deliveries may be to be made that it takes too long.
      limit = batch.isEmpty() ? limit : Math.max(1, batch.size() / 2);
      throw e;
    }
  }

  /**
   * One that can never be written must not keep the others from it. Nor is one refused because its
   * day has no partition, if that can be made.
   */
  private int acceptEach() {
    partitions.makeAhead();
    int count = 0;
    boolean found = true;
    while (running && found && count < BATCH) {
      List<IdentifiedEvent> batch = new ArrayList<>();
      try {
        accept(1, batch);
      } catch (DataIntegrityViolationException e) {
        log.error("An event of the inbox was refused", e);
        batch.forEach(this::refuse);
      }
      found = !batch.isEmpty();
      count += batch.size();
    }
    return count;
  }

  /**
   * @param batch where to put what is accepted, also if it then cannot be
   */
  private void accept(int limit, List<IdentifiedEvent> batch) {
    long started = System.nanoTime();
    Written written =
        transaction.execute(
            _ -> {
              if (inbox.tryLock()) {
                inbox.oldest(limit, BATCH_BYTES).forEach(pushed -> batch.add(identified(pushed)));
              }
              return batch.isEmpty() ? null : write(batch);
            });
    if (written != null) {
      metrics.committed(
          batch,
          batch.stream().map(written::result).toList(),
          Duration.ofNanos(System.nanoTime() - started));
      events.follow(written);
      tellOfViolations(batch);
    }
  }

  private IdentifiedEvent identified(Pushed pushed) {
    return IdentifiedEvent.of(
        pushed.id(), pushed.event(), settings.defaultTimeToLive(), EventSpan.NONE);
  }

  private Written write(List<IdentifiedEvent> batch) {
    Written written = events.write(batch);
    List<UUID> done = new ArrayList<>();
    for (IdentifiedEvent event : batch) {
      switch (written.result(event)) {
        case Committed _ -> done.add(event.id());
        case KeyReused reused -> {
          log.warn(
              "Event {} of {} was pushed by SQL with the idempotency key of another, {}, and is"
                  + " refused",
              event.id(),
              event.event().namespace(),
              reused.first());
          inbox.refuse(event.id(), "its idempotency key was used for event " + reused.first());
        }
      }
    }
    inbox.delete(done);
    return written;
  }

  /** By its id: by now it may not be the oldest any more, and another server may have done it. */
  private void refuse(IdentifiedEvent event) {
    inbox.refuse(event.id(), "it could not be stored; the server's log tells why");
  }

  /** Their producers have committed: they are accepted all the same, also where a type rejects. */
  private void tellOfViolations(List<IdentifiedEvent> batch) {
    for (IdentifiedEvent event : batch) {
      NewEvent pushed = event.event();
      List<String> violations = types.check(pushed).violations();
      if (!violations.isEmpty()) {
        broken++;
        if (System.nanoTime() - tellAgainNanos >= 0) {
          log.warn(
              "Events pushed by SQL break their types' schemas, and are accepted all the same: {}"
                  + " so far, the last one a {} of {}: {}",
              broken,
              pushed.name(),
              pushed.namespace(),
              violations);
          tellAgainNanos = System.nanoTime() + TELL_AGAIN.toNanos();
        }
      }
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
