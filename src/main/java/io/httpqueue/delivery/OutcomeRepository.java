package io.httpqueue.delivery;

import io.httpqueue.delivery.Outcome.AttemptRecord;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes outcomes, many in one statement and commit. */
@Repository
class OutcomeRepository {

  // The guard on state and attempt number keeps a lane that lost its lease from undoing what
  // another recorded; only a success stands against everything that is not an end, and against a
  // cancellation that came while it was in flight.
  // `id = ANY` beside the join is what makes the planner take the primary key also on a table it
  // knows nothing of.
  static final String RECORD =
      """
      WITH outcome AS (
        SELECT * FROM unnest(?::uuid[], ?::text[]::delivery_status[], ?::integer[], ?::integer[], ?::bigint[], ?::text[],
            ?::boolean[], ?::timestamptz[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::text[]::error_class[])
          AS o (delivery_id, status, attempts_before, attempts_after, retry_after, ended_because,
            blocks, started_at, duration_ms, response_code, response_body, error, error_class)),
      updated AS (
        UPDATE delivery
        SET status = outcome.status,
            attempt_count = CASE WHEN outcome.started_at IS NULL THEN outcome.attempts_before
              ELSE greatest(attempt_count, outcome.attempts_after) END,
            last_attempted_at = coalesce(outcome.started_at, last_attempted_at),
            next_attempt_at = CASE WHEN outcome.retry_after IS NOT NULL
              THEN least(now() + outcome.retry_after * interval '1 ms', expires_at) END,
            ended_because = outcome.ended_because,
            blocks = outcome.blocks
        FROM outcome
        WHERE delivery.id = outcome.delivery_id AND delivery.id = ANY (?::uuid[])
          AND delivery.id BETWEEN ? AND ?
          AND (delivery.status IN ('PENDING', 'RETRYING') AND attempt_count = outcome.attempts_before
            OR delivery.status = 'SENDING' AND attempt_count = outcome.attempts_before + 1
            OR outcome.status = 'SUCCESS' AND delivery.status NOT IN ('SUCCESS', 'FAILED', 'EXPIRED'))
        RETURNING delivery.id),
      attempted AS (
        INSERT INTO delivery_attempt
          (delivery_id, number, started_at, duration_ms, response_code, response_body, error, error_class)
        SELECT delivery_id, attempts_after, started_at, duration_ms, response_code, response_body, error, error_class
        FROM outcome
        WHERE started_at IS NOT NULL
        ON CONFLICT DO NOTHING)
      SELECT delivery_id FROM outcome WHERE delivery_id NOT IN (SELECT id FROM updated)
      """;

  private final JdbcTemplate jdbc;

  OutcomeRepository(@Qualifier("outcomeDataSource") DataSource dataSource) {
    this.jdbc = new JdbcTemplate(dataSource);
  }

  /**
   * Records the outcomes in one commit. What another lane has settled meanwhile, or somebody has
   * cancelled, stays as it is. They may be recorded once more: it changes nothing.
   *
   * @param patience how long an answer is waited for; the connection is given up then
   * @return the deliveries that stayed as they were
   */
  Set<UUID> record(List<Outcome> outcomes, Duration patience) {
    Set<UUID> unchanged = new HashSet<>();
    jdbc.execute(
        RECORD,
        (PreparedStatement statement) -> {
          // The pool sets it back.
          statement
              .getConnection()
              .setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
          bind(statement, outcomes);
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              unchanged.add(rows.getObject(1, UUID.class));
            }
          }
          return unchanged;
        });
    return unchanged;
  }

  private static void bind(PreparedStatement statement, List<Outcome> outcomes)
      throws SQLException {
    Columns columns = new Columns(statement.getConnection(), outcomes);
    Array ids = columns.of("uuid", UUID.class, Outcome::deliveryId);
    statement.setArray(1, ids);
    statement.setArray(2, columns.of("text", String.class, o -> o.status().name()));
    statement.setObject(3, columns.ints(Outcome::attemptsBefore));
    statement.setObject(4, columns.ints(Outcome::attemptsAfter));
    statement.setArray(5, columns.of("int8", Long.class, o -> millis(o.retryAfter())));
    statement.setArray(6, columns.of("text", String.class, Outcome::endedBecause));
    statement.setArray(7, columns.of("bool", Boolean.class, o -> o.blocks() ? true : null));
    statement.setArray(
        8, columns.ofAttempt("timestamptz", String.class, a -> a.startedAt().toString()));
    statement.setArray(
        9, columns.ofAttempt("int4", Integer.class, a -> Math.toIntExact(a.duration().toMillis())));
    statement.setArray(10, columns.ofAttempt("int4", Integer.class, AttemptRecord::responseCode));
    statement.setArray(11, columns.ofAttempt("text", String.class, AttemptRecord::responseBody));
    statement.setArray(12, columns.ofAttempt("text", String.class, a -> storable(a.error())));
    statement.setArray(13, columns.ofAttempt("text", String.class, a -> name(a.errorClass())));
    statement.setArray(14, ids);
    statement.setObject(
        15, outcomes.stream().map(Outcome::deliveryId).min(UUID::compareTo).orElseThrow());
    statement.setObject(
        16, outcomes.stream().map(Outcome::deliveryId).max(UUID::compareTo).orElseThrow());
  }

  private static @Nullable String name(@Nullable ErrorClass errorClass) {
    return errorClass == null ? null : errorClass.name();
  }

  /** Postgres takes no NUL in a text, and one would keep the whole batch out. */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace("\0", "");
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  /** One Postgres array for each column of the batch. */
  private record Columns(Connection connection, List<Outcome> outcomes) {

    <V> Array of(String type, Class<V> element, Function<Outcome, @Nullable V> value)
        throws SQLException {
      @Nullable Object[] values =
          (@Nullable Object[]) java.lang.reflect.Array.newInstance(element, outcomes.size());
      for (int i = 0; i < values.length; i++) {
        values[i] = value.apply(outcomes.get(i));
      }
      return connection.createArrayOf(type, values);
    }

    <V> Array ofAttempt(String type, Class<V> element, Function<AttemptRecord, @Nullable V> value)
        throws SQLException {
      return of(type, element, o -> o.attempt() == null ? null : value.apply(o.attempt()));
    }

    int[] ints(ToIntFunction<Outcome> value) {
      return outcomes.stream().mapToInt(value).toArray();
    }
  }
}
