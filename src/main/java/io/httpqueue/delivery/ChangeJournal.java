package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The journal of changes for those who watch. It is written only while somebody does, by the
 * transactions that change deliveries, whichever server they run on; here it is found out up to
 * where it can be read: a position that was taken may not be committed yet, so a new end is
 * believed only once every transaction that was writing when it was seen has ended. Thread-safe.
 */
@Component
public class ChangeJournal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ChangeJournal.class);

  private static final Duration RENEW_EVERY = Duration.ofSeconds(30);
  private static final Duration WRITERS_PAUSE = Duration.ofMillis(3);

  private static final Duration HICCUP_PAUSE = Duration.ofMillis(500);

  private final ChangeJournalRepository repository;
  private final WatchSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<DeliveryWatch> watches = new HashSet<>();
  private int opening;
  private long readable;
  private boolean closed;

  ChangeJournal(ChangeJournalRepository repository, WatchSettings settings) {
    this.repository = repository;
    this.settings = settings;
    Thread.ofVirtual().name("change-journal").start(this::follow);
  }

  /**
   * Watches the changes in a namespace.
   *
   * @param webhook only its changes; null for all
   * @param after goes on after this position; null: every change that is committed after the return
   * @throws TooFarBehindException if the changes after the position are not all kept
   * @throws TooManyWatchesException if this server has as many as it may
   */
  public DeliveryWatch open(String namespace, @Nullable WebhookId webhook, @Nullable Long after)
      throws InterruptedException {
    admit();
    try {
      DeliveryWatch watch =
          new DeliveryWatch(this, repository, namespace, webhook, begin(namespace, after));
      watch.checkKept();
      add(watch);
      return watch;
    } finally {
      leaveOpening();
    }
  }

  private long begin(String namespace, @Nullable Long after) throws InterruptedException {
    repository.renew(Set.of(namespace));
    long last = repository.lastPosition();
    if (after != null) {
      if (after > last) {
        throw new TooFarBehindException();
      }
      return after;
    }
    // Those that began before may not know that somebody watches. They end before it begins.
    awaitEnd(repository::writersOfDeliveries);
    return last;
  }

  private void awaitEnd(Supplier<Set<String>> now) throws InterruptedException {
    Set<String> left = now.get();
    while (!left.isEmpty()) {
      TimeUnit.NANOSECONDS.sleep(WRITERS_PAUSE.toNanos());
      left.retainAll(now.get());
    }
  }

  /** Empties what is too old to be kept. To be called every few seconds, by one server. */
  public void prune() {
    repository.oldestTurn().ifPresent(repository::empty);
  }

  /** Waits until something new can be read; returns up to where. */
  long awaitReadable(DeliveryWatch watch, long patienceNanos) throws InterruptedException {
    lock.lock();
    try {
      long nanos = patienceNanos;
      while (readable <= watch.position() && !watch.isClosed() && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return readable;
    } finally {
      lock.unlock();
    }
  }

  void close(DeliveryWatch watch) {
    lock.lock();
    try {
      watches.remove(watch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many watches are open on this server. */
  public int openWatches() {
    lock.lock();
    try {
      return watches.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many changes, of all namespaces, the slowest watch of this server has not read yet. */
  public long slowestLag() {
    lock.lock();
    try {
      return watches.stream().mapToLong(watch -> readable - watch.position()).max().orElse(0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void admit() {
    lock.lock();
    try {
      if (watches.size() + opening >= settings.maxWatches()) {
        throw new TooManyWatchesException(settings.maxWatches());
      }
      opening++;
    } finally {
      lock.unlock();
    }
  }

  private void leaveOpening() {
    lock.lock();
    try {
      opening--;
    } finally {
      lock.unlock();
    }
  }

  private void add(DeliveryWatch watch) {
    lock.lock();
    try {
      watches.add(watch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    try {
      long renewAtNanos = System.nanoTime() + RENEW_EVERY.toNanos();
      while (awaitWatches()) {
        Duration pause = settings.pollInterval();
        try {
          advance();
          if (System.nanoTime() - renewAtNanos >= 0) {
            repository.renew(namespaces());
            renewAtNanos = System.nanoTime() + RENEW_EVERY.toNanos();
          }
        } catch (DataAccessException e) {
          log.debug("Changes cannot be read for a moment: {}", e.getMessage());
          pause = HICCUP_PAUSE;
        }
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void advance() throws InterruptedException {
    long last = repository.lastPosition();
    if (last != readable) {
      awaitEnd(repository::writersOfChanges);
      lock.lock();
      try {
        readable = last;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until somebody watches; false once this is closed. */
  private boolean awaitWatches() throws InterruptedException {
    lock.lock();
    try {
      while (watches.isEmpty() && !closed) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private Set<String> namespaces() {
    lock.lock();
    try {
      return watches.stream().map(DeliveryWatch::namespace).collect(Collectors.toSet());
    } finally {
      lock.unlock();
    }
  }
}
