package io.httpqueue.delivery;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
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
  private final JdbcClient jdbc;

  @Autowired
  EventContents(JdbcClient jdbc, DeliverySettings settings) {
    this(jdbc, settings.contentCache());
  }

  /**
   * What was used last is kept: a cache that keeps what is used often would hold on to events of
   * long ago, which were delivered more often than one that has just come.
   */
  EventContents(JdbcClient jdbc, DataSize memory) {
    this.jdbc = jdbc;
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

  /** A delivery of the event has ended. */
  void ended(UUID eventId) {
    Kept kept = cache.getIfPresent(eventId);
    if (kept != null && kept.deliveries().decrementAndGet() == 0) {
      cache.invalidate(eventId);
    }
  }

  static final String LOAD =
      """
      SELECT id, namespace, name, payload, traceparent, cardinality(webhook_ids) AS webhooks
      FROM event WHERE id = ANY (:ids::uuid[]) AND id BETWEEN :first AND :last
      """;

  /**
   * The contents of the events, but of those that are gone. Of what has to be read, that of a
   * single webhook is not kept: a backlog of a million would push out what others need, and leave
   * as much to the garbage collector.
   */
  public Map<UUID, EventContent> load(Collection<UUID> eventIds) {
    Map<UUID, EventContent> found = new HashMap<>();
    cache.getAllPresent(eventIds).forEach((id, kept) -> found.put(id, kept.content()));
    UUID[] missing =
        eventIds.stream().filter(id -> !found.containsKey(id)).distinct().toArray(UUID[]::new);
    if (missing.length > 0) {
      jdbc.sql(LOAD)
          .param("ids", missing)
          .param("first", Arrays.stream(missing).min(UUID::compareTo).orElseThrow())
          .param("last", Arrays.stream(missing).max(UUID::compareTo).orElseThrow())
          .query(
              row -> {
                UUID id = row.getObject("id", UUID.class);
                EventContent content =
                    new EventContent(
                        row.getString("namespace"),
                        row.getString("name"),
                        row.getBytes("payload"),
                        row.getString("traceparent"));
                int webhooks = row.getInt("webhooks");
                if (webhooks > 1) {
                  remember(id, content, webhooks);
                }
                found.put(id, content);
              });
    }
    return found;
  }
}
