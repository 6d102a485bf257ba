package io.httpqueue.delivery;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * What the latest events hold, kept in bounded memory: a server usually delivers what it has just
 * accepted, and sends the same event to many webhooks. Thread-safe.
 */
@Component
public class EventContents {

  private final Cache<UUID, EventContent> cache;
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
            .weigher((UUID id, EventContent content) -> content.size())
            .build();
  }

  /** Keeps the content of an event that is about to be delivered. */
  public void remember(UUID eventId, EventContent content) {
    cache.put(eventId, content);
  }

  static final String LOAD =
      "SELECT id, namespace, name, payload, traceparent FROM event WHERE id = ANY (:ids::uuid[])"
          + " AND id BETWEEN :first AND :last";

  /** The contents of the events, but of those that are gone. */
  public Map<UUID, EventContent> load(Collection<UUID> eventIds) {
    Map<UUID, EventContent> found = new HashMap<>(cache.getAllPresent(eventIds));
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
                cache.put(id, content);
                found.put(id, content);
              });
    }
    return found;
  }
}
