package io.httpqueue.delivery;

import io.httpqueue.database.Batcher;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads what events hold for all lanes of the server, one statement after the other: the more lanes
 * work on a backlog, the more share a statement, and they keep one connection busy together. Each
 * with one of its own would make Postgres wait for its processors, and pushes with it. Thread-safe.
 */
@Component
class EventContentReader implements AutoCloseable {

  /**
   * Counts events in place of bytes, which nobody knows before. The lanes bound how many can wait.
   */
  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(Integer.MAX_VALUE, 256, Integer.MAX_VALUE, Long.MAX_VALUE);

  /**
   * What was read of an event.
   *
   * @param webhooks how many it goes to
   */
  record Read(EventContent content, int webhooks) {}

  private final JdbcClient jdbc;
  private final IntakePrecedence precedence;
  private final Batcher<Collection<UUID>, Map<UUID, Read>> batcher;

  EventContentReader(JdbcClient jdbc, IntakePrecedence precedence) {
    this.jdbc = jdbc;
    this.precedence = precedence;
    this.batcher =
        new Batcher<>(
            "content-reader", LIMITS, Batcher.Pace.NONE, Collection::size, this::readTogether);
  }

  /**
   * What the events hold, but those that are gone; it may hold others beside. Blocks until it is
   * read.
   *
   * @throws org.springframework.dao.DataAccessException if Postgres cannot be asked
   * @throws IllegalStateException after {@link #close()}
   */
  Map<UUID, Read> read(Collection<UUID> eventIds) {
    try {
      return batcher.submit(eventIds).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private List<Map<UUID, Read>> readTogether(List<Collection<UUID>> requests) {
    precedence.giveWay();
    Map<UUID, Read> read =
        load(requests.stream().flatMap(Collection::stream).distinct().sorted().toList());
    return Collections.nCopies(requests.size(), read);
  }

  static final String LOAD =
      """
      SELECT id, namespace, name, payload, traceparent, cardinality(webhook_ids) AS webhooks
      FROM event WHERE id = ANY (:ids::uuid[]) AND id BETWEEN :first AND :last
      """;

  private Map<UUID, Read> load(List<UUID> ids) {
    Map<UUID, Read> read = new HashMap<>();
    jdbc.sql(LOAD)
        .param("ids", ids.toArray(UUID[]::new))
        .param("first", ids.getFirst())
        .param("last", ids.getLast())
        .query(
            row -> {
              EventContent content =
                  new EventContent(
                      row.getString("namespace"),
                      row.getString("name"),
                      row.getBytes("payload"),
                      row.getString("traceparent"));
              read.put(row.getObject("id", UUID.class), new Read(content, row.getInt("webhooks")));
            });
    return read;
  }

  @Override
  public void close() {
    batcher.close();
  }
}
