package io.httpqueue.delivery;

import io.httpqueue.delivery.ChangeJournalRepository.Entry;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The changes in a namespace, or of one webhook in it, for one who watches: read from the journal
 * at the reader's pace, so that a slow one costs nobody anything. For one thread, but for its end.
 */
public final class DeliveryWatch implements AutoCloseable {

  private static final int PAGE = 100;

  private final ChangeJournal journal;
  private final ChangeJournalRepository repository;
  private final String namespace;
  private final @Nullable WebhookId webhook;
  private volatile long position;
  private volatile boolean closed;

  DeliveryWatch(
      ChangeJournal journal,
      ChangeJournalRepository repository,
      String namespace,
      @Nullable WebhookId webhook,
      long position) {
    this.journal = journal;
    this.repository = repository;
    this.namespace = namespace;
    this.webhook = webhook;
    this.position = position;
  }

  /** A watch that goes on after this position misses and repeats nothing. */
  public long position() {
    return position;
  }

  String namespace() {
    return namespace;
  }

  /**
   * The next changes, at most a hundred; none if none came in time.
   *
   * @throws TooFarBehindException if some of them are not kept any more
   */
  public List<DeliveryChange> next(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    List<DeliveryChange> changes = List.of();
    while (changes.isEmpty() && !closed && System.nanoTime() < deadline) {
      long upTo = journal.awaitReadable(this, deadline - System.nanoTime());
      if (upTo > position) {
        changes = read(upTo);
      }
    }
    return changes;
  }

  private List<DeliveryChange> read(long upTo) {
    List<Entry> read = repository.read(namespace, webhook, position, upTo, PAGE);
    // Looked at afterwards: what was there to be read cannot have been dropped before.
    checkKept();
    position = read.size() == PAGE ? read.getLast().position() : upTo;
    return read.stream().map(Entry::change).flatMap(Optional::stream).toList();
  }

  /**
   * Checks that what was not read yet can still be read.
   *
   * @throws TooFarBehindException if changes that were not read yet are not kept any more
   */
  public void checkKept() {
    if (!repository.isKept(namespace, position)) {
      throw new TooFarBehindException();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the watch, also while another thread waits for its next changes. */
  @Override
  public void close() {
    closed = true;
    journal.close(this);
  }
}
