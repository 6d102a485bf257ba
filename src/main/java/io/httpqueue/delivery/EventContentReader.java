package io.httpqueue.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.httpqueue.database.Batcher;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads what events hold for all lanes of the server, one statement after the other: the more lanes
 * work on a backlog, the more share a statement, and they keep one backend busy together. As many
 * backends as lanes would keep pushes from the processors. Thread-safe.
 */
@Component
class EventContentReader implements AutoCloseable {

  private static final Batcher.Limits LIMITS =
      new Batcher.Limits(Integer.MAX_VALUE, 16 << 20, Integer.MAX_VALUE, Long.MAX_VALUE);

  /** Bytes: longer payloads are read only where the caller expects them. */
  static final int USUAL = 128 << 10;

  /** A read of fewer is over before a push would notice it. */
  private static final int WORTH_WAITING = 16;

  /** What was read of an event. */
  sealed interface Read {

    /**
     * All that is sent.
     *
     * @param webhooks how many it goes to
     */
    record Whole(EventContent content, int webhooks) implements Read {}

    /** Its payload is longer than was asked for, and was not read. */
    record TooLong(int bytes) implements Read {}
  }

  private record Request(Collection<UUID> eventIds, boolean anySize, long askedNanos) {

    long bytes() {
      return (long) eventIds.size() * longest();
    }

    int longest() {
      return anySize ? EventContent.LARGEST_PAYLOAD : USUAL;
    }
  }

  private sealed interface Answer {

    record Found(Map<UUID, Read> events) implements Answer {}

    record Failed(DataAccessException cause) implements Answer {}
  }

  private record Failure(DataAccessException cause, long atNanos) {}

  private final JdbcClient jdbc;
  private final IntakePrecedence precedence;
  private final Batcher<Request, Answer> batcher;

  /** Used by the batcher's thread alone. */
  private @Nullable Failure lastFailure;

  EventContentReader(JdbcClient jdbc, IntakePrecedence precedence) {
    this.jdbc = jdbc;
    this.precedence = precedence;
    this.batcher =
        new Batcher<>(
            "content-reader", LIMITS, Batcher.Pace.NONE, Request::bytes, this::readTogether);
  }

  /**
   * What the events hold, but those that are gone; it may hold others beside. Blocks until it is
   * read, together with what others ask for: 16 MiB at most, or what one call asks for.
   *
   * @param anySize whether to read payloads of more than {@value #USUAL} bytes as well
   * @throws DataAccessException if Postgres cannot be asked, or the thread was interrupted
   * @throws IllegalStateException after {@link #close()}
   */
  Map<UUID, Read> read(Collection<UUID> eventIds, boolean anySize) {
    try {
      return switch (batcher.submit(new Request(eventIds, anySize, System.nanoTime())).get()) {
        case Answer.Found(Map<UUID, Read> events) -> events;
        case Answer.Failed(DataAccessException cause) -> throw cause;
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueryTimeoutException("interrupted while events were read", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("events could not be read", e.getCause());
    }
  }

  private List<Answer> readTogether(List<Request> requests) {
    Failure failure = lastFailure;
    if (failure != null && requests.getFirst().askedNanos() - failure.atNanos() < 0) {
      // They have waited as long as that one did; one after the other they would wait for minutes.
      return Collections.nCopies(requests.size(), new Answer.Failed(failure.cause()));
    }
    try {
      return Collections.nCopies(requests.size(), new Answer.Found(load(requests)));
    } catch (DataAccessResourceFailureException | QueryTimeoutException e) {
      lastFailure = new Failure(e, System.nanoTime());
      return Collections.nCopies(requests.size(), new Answer.Failed(e));
    } catch (DataAccessException e) {
      // One that can never be read must not keep the others from it.
      return requests.size() == 1
          ? List.of(new Answer.Failed(e))
          : requests.stream().map(request -> readTogether(List.of(request)).getFirst()).toList();
    }
  }

  private Map<UUID, Read> load(List<Request> requests) {
    if (requests.stream().mapToInt(request -> request.eventIds().size()).sum() >= WORTH_WAITING) {
      precedence.giveWay();
    }
    Map<UUID, Read> read = new HashMap<>();
    // Those that were asked for with any size last, since they are whole.
    requests.stream()
        .collect(groupingBy(Request::longest, TreeMap::new, toList()))
        .forEach((longest, alike) -> read.putAll(load(ids(alike), longest)));
    return read;
  }

  private static UUID[] ids(List<Request> requests) {
    return requests.stream()
        .map(Request::eventIds)
        .flatMap(Collection::stream)
        .distinct()
        .sorted()
        .toArray(UUID[]::new);
  }

  // Postgres knows how long a payload is without reading it.
  static final String LOAD =
      """
      SELECT id, namespace, name, octet_length(payload) AS bytes,
        CASE WHEN octet_length(payload) <= :longest THEN payload END AS payload, traceparent,
        cardinality(webhook_ids) AS webhooks
      FROM event WHERE id = ANY (:ids::uuid[]) AND id BETWEEN :first AND :last
      """;

  private Map<UUID, Read> load(UUID[] ids, int longest) {
    Map<UUID, Read> read = new HashMap<>();
    jdbc.sql(LOAD)
        .param("ids", ids)
        .param("first", ids[0])
        .param("last", ids[ids.length - 1])
        .param("longest", longest)
        .query(
            row -> {
              read.put(row.getObject("id", UUID.class), read(row));
            });
    return read;
  }

  private static Read read(ResultSet row) throws SQLException {
    byte[] payload = row.getBytes("payload");
    if (payload == null) {
      return new Read.TooLong(row.getInt("bytes"));
    }
    return new Read.Whole(
        new EventContent(
            row.getString("namespace"),
            row.getString("name"),
            payload,
            row.getString("traceparent")),
        row.getInt("webhooks"));
  }

  /** How many that have asked wait for the next read. */
  int waiting() {
    return batcher.queuedItems();
  }

  @Override
  public void close() {
    batcher.close();
  }
}
