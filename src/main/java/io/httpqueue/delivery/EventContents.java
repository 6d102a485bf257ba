package io.httpqueue.delivery;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.httpqueue.delivery.EventContentReader.Read;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * What the latest events hold, kept in bounded memory while there are deliveries of them to come: a
 * server usually delivers what it has just accepted, and sends the same event to many webhooks.
 * Thread-safe.
 */
@Component
public class EventContents {

  /**
   * The content of an event.
   *
   * @param deliveries how many of its deliveries may still need it here
   */
  private record Kept(EventContent content, AtomicInteger deliveries) {

    Kept(EventContent content, int deliveries) {
      this(content, new AtomicInteger(deliveries));
    }
  }

  private final Cache<UUID, Kept> cache;
  private final EventContentReader reader;

  @Autowired
  EventContents(EventContentReader reader, DeliverySettings settings) {
    this(reader, settings.contentCache());
  }

  /**
   * What was used last is kept: a cache that keeps what is used often would hold on to events of
   * long ago, which were delivered more often than one that has just come.
   */
  EventContents(EventContentReader reader, DataSize memory) {
    this.reader = reader;
    this.cache =
        CacheBuilder.newBuilder()
            // More would each have a share of the memory, and know only its own order.
            .concurrencyLevel(1)
            .maximumWeight(memory.toBytes())
            .weigher((UUID id, Kept kept) -> kept.content().size())
            .build();
  }

  /**
   * Keeps the content of an event that is about to be delivered.
   *
   * @param deliveries after the end of so many of them nobody needs it any more
   */
  public void remember(UUID eventId, EventContent content, int deliveries) {
    cache.put(eventId, new Kept(content, deliveries));
  }

  /**
   * Keeps the content of an event of which so many more deliveries are to be made here.
   *
   * @param deliveries in addition to those that it was kept for before
   */
  void expect(UUID eventId, EventContent content, int deliveries) {
    Kept kept = cache.getIfPresent(eventId);
    if (kept == null) {
      remember(eventId, content, deliveries);
    } else {
      kept.deliveries().addAndGet(deliveries);
    }
  }

  /**
   * What is known of some events without reading.
   *
   * @param longest bytes; those with longer payloads are left out
   */
  Map<UUID, EventContent> atHand(Collection<UUID> eventIds, int longest) {
    Map<UUID, EventContent> found = new HashMap<>();
    cache
        .getAllPresent(eventIds)
        .forEach(
            (id, kept) -> {
              if (kept.content().payload().length <= longest) {
                found.put(id, kept.content());
              }
            });
    return found;
  }

  /** A delivery of the event has ended, or another server sees to it. */
  void ended(UUID eventId) {
    Kept kept = cache.getIfPresent(eventId);
    if (kept != null && kept.deliveries().decrementAndGet() == 0) {
      cache.invalidate(eventId);
    }
  }

  /**
   * What was found of some events.
   *
   * @param contents of those that are there
   * @param tooLong how many bytes the payloads have that were longer than was asked for
   */
  record Loaded(Map<UUID, EventContent> contents, Map<UUID, Integer> tooLong) {}

  /** As {@link #load(Collection, boolean)}, with payloads of any size. */
  public Map<UUID, EventContent> load(Collection<UUID> eventIds) {
    return load(eventIds, true).contents();
  }

  /**
   * The contents of the events, but of those that are gone. Of what has to be read, that of a
   * single webhook is not kept: a backlog of a million would push out what others need, and leave
   * as much to the garbage collector.
   *
   * @param anySize whether to read payloads that are longer than most as well
   * @throws org.springframework.dao.DataAccessException if Postgres cannot be asked for them
   * @throws IllegalStateException if the server has stopped
   */
  Loaded load(Collection<UUID> eventIds, boolean anySize) {
    Map<UUID, EventContent> found = new HashMap<>();
    Map<UUID, Integer> tooLong = new HashMap<>();
    cache.getAllPresent(eventIds).forEach((id, kept) -> found.put(id, kept.content()));
    List<UUID> missing = eventIds.stream().filter(id -> !found.containsKey(id)).toList();
    if (missing.isEmpty()) {
      return new Loaded(found, tooLong);
    }
    Map<UUID, Read> read = reader.read(missing, anySize);
    for (UUID id : missing) {
      switch (read.get(id)) {
        case Read.Whole(EventContent content, int webhooks) -> {
          found.put(id, content);
          if (webhooks > 1) {
            remember(id, content, webhooks);
          }
        }
        case Read.TooLong(int bytes) -> tooLong.put(id, bytes);
        case null -> {}
      }
    }
    return new Loaded(found, tooLong);
  }
}
