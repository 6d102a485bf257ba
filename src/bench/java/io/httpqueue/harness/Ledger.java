package io.httpqueue.harness;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What was promised against what arrived. An entry is one event to one webhook, promised by the
 * answer to its push.
 */
public final class Ledger {

  private static final int WEBHOOK_BITS = 16;
  private static final UUID UNKNOWN = new UUID(0, 0);

  /** One event to one webhook. */
  public static final class Entry {

    private final long sequence;
    private final UUID eventId;
    private final int webhook;
    private final boolean promised;
    private final long pushedNanos;
    private final long acceptedNanos;
    private long arrivedNanos;
    private long takenNanos;
    private int taken;

    private Entry(
        long sequence,
        UUID eventId,
        int webhook,
        boolean promised,
        long pushedNanos,
        long acceptedNanos) {
      this.sequence = sequence;
      this.eventId = eventId;
      this.webhook = webhook;
      this.promised = promised;
      this.pushedNanos = pushedNanos;
      this.acceptedNanos = acceptedNanos;
    }

    /** The number of the event. */
    public long sequence() {
      return sequence;
    }

    public UUID eventId() {
      return eventId;
    }

    public int webhook() {
      return webhook;
    }

    /** Whether an answer named it. One that arrives without was accepted all the same. */
    public boolean isPromised() {
      return promised;
    }

    public long pushedNanos() {
      return pushedNanos;
    }

    public long acceptedNanos() {
      return acceptedNanos;
    }

    /** When the first request came; 0 if none did. */
    public long arrivedNanos() {
      return arrivedNanos;
    }

    /** When the first request came that was answered with 2xx; 0 if none did. */
    public long takenNanos() {
      return takenNanos;
    }

    public boolean isDelivered() {
      return taken > 0;
    }

    /** Requests that came after one had been answered with 2xx. */
    public int duplicates() {
      return Math.max(0, taken - 1);
    }
  }

  /** One push that was answered OK. */
  public record Push(long startedNanos, long endedNanos) {

    /** How long the call took. */
    public long nanos() {
      return endedNanos - startedNanos;
    }
  }

  private final Map<Long, Entry> entries = new HashMap<>();
  private final List<Push> accepted = new ArrayList<>();
  private final Map<Status.Code, Long> refused = new EnumMap<>(Status.Code.class);
  private long wrongIds;

  /** Enters what the answers to pushes promised. */
  public void promise(Pushes pushes, Webhooks webhooks) {
    for (int i = 0; i < pushes.count(); i++) {
      if (!pushes.isAccepted(i)) {
        refused.merge(pushes.code(i), 1L, Long::sum);
        continue;
      }
      accepted.add(new Push(pushes.startedNanos(i), pushes.endedNanos(i)));
      for (UUID webhook : pushes.webhooks(i)) {
        int number = webhooks.number(webhook);
        entries.put(
            key(pushes.sequence(i), number),
            new Entry(
                pushes.sequence(i),
                pushes.eventId(i),
                number,
                true,
                pushes.startedNanos(i),
                pushes.endedNanos(i)));
      }
    }
  }

  /** Enters an event that was put into the database, not pushed. */
  public void promise(long sequence, int webhook) {
    entries.put(key(sequence, webhook), new Entry(sequence, UNKNOWN, webhook, true, 0, 0));
  }

  /** Enters what the receivers got. Call it once, after all promises. */
  public void receive(Receipts receipts) {
    for (int i = 0; i < receipts.count(); i++) {
      UUID eventId = receipts.eventId(i);
      int webhook = receipts.webhook(i);
      long sequence = receipts.sequence(i);
      long sent = receipts.sentNanos(i);
      Entry entry =
          entries.computeIfAbsent(
              key(sequence, webhook),
              key -> new Entry(sequence, eventId, webhook, false, sent, sent));
      if (!entry.eventId.equals(eventId) && !entry.eventId.equals(UNKNOWN)) {
        wrongIds++;
      }
      if (entry.arrivedNanos == 0) {
        entry.arrivedNanos = receipts.arrivedNanos(i);
      }
      if (receipts.isTaken(i) && entry.taken++ == 0) {
        entry.takenNanos = receipts.arrivedNanos(i);
      }
    }
  }

  /** The pushes that were answered OK. */
  public List<Push> pushes() {
    return Collections.unmodifiableList(accepted);
  }

  /** Pushes that were answered with an error. */
  public long refused() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same by what they were answered with. */
  public Map<Status.Code, Long> refusedByCode() {
    return Collections.unmodifiableMap(refused);
  }

  /** Requests whose {@code webhook-id} was not the id that the push had been answered with. */
  public long wrongIds() {
    return wrongIds;
  }

  /** All of them, also those that arrived without having been promised. */
  public Collection<Entry> entries() {
    return entries.values();
  }

  /** What answers named. */
  public Stream<Entry> promised() {
    return entries.values().stream().filter(Entry::isPromised);
  }

  /** What answers named and no receiver has taken. */
  public Stream<Entry> missing() {
    return promised().filter(entry -> !entry.isDelivered());
  }

  /** Requests too many. */
  public long duplicates() {
    return entries.values().stream().mapToLong(Entry::duplicates).sum();
  }

  private static long key(long sequence, int webhook) {
    return sequence << WEBHOOK_BITS | webhook;
  }
}
