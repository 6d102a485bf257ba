package io.httpqueue.chaos;

import io.httpqueue.harness.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the database holds at the end.
 *
 * @param byStatus how many deliveries
 * @param failedAttempts how many attempts failed, by their class: one that was interrupted or timed
 *     out may have arrived, and is then a repeat without a fault of the server
 * @param unfinished what waits for its fan-out or for an attempt
 * @param attemptsMiscounted deliveries whose attempts on record are more than their count
 * @param acceptedTwice numbers of events that more than one event has: a push with an idempotency
 *     key was accepted again, or one without was pushed once and accepted twice
 */
record Rows(
    Map<String, Long> byStatus,
    Map<String, Long> failedAttempts,
    Set<Unfinished> unfinished,
    long attemptsMiscounted,
    long acceptedTwice) {

  /** One event to one webhook. */
  record Unfinished(UUID eventId, UUID webhookId) {}

  private static final String COUNT_UNFINISHED =
      """
      SELECT (SELECT count(*) FROM fan_out)
        + (SELECT count(*) FROM delivery WHERE status IN ('PENDING', 'SENDING', 'RETRYING'))
      """;

  private static final String FIND_UNFINISHED =
      """
      SELECT event_id, webhook_id FROM delivery
      WHERE status IN ('PENDING', 'SENDING', 'RETRYING')
      UNION
      SELECT event.id, webhook_id FROM event, unnest(event.webhook_ids) AS webhook_id
      WHERE event.id IN (SELECT unnest(event_ids) FROM fan_out)
      """;

  private static final String BY_STATUS = "SELECT status, count(*) FROM delivery GROUP BY status";

  private static final String FAILED_ATTEMPTS =
      """
      SELECT error_class, count(*) FROM delivery_attempt
      WHERE error_class IS NOT NULL GROUP BY error_class
      """;

  private static final String ATTEMPTS_MISCOUNTED =
      """
      SELECT count(*) FROM delivery
      JOIN (SELECT delivery_id, count(*) AS on_record FROM delivery_attempt GROUP BY delivery_id) AS attempt
        ON attempt.delivery_id = delivery.id
      WHERE attempt_count < on_record
      """;

  // Where Payload has the number.
  private static final String ACCEPTED_TWICE =
      """
      SELECT count(*) FROM (
        SELECT FROM event WHERE namespace = 'harness'
        GROUP BY substring(payload FROM 9 FOR 19) HAVING count(*) > 1) AS several
      """;

  /** How many deliveries and fan-outs are not done. */
  static long countUnfinished(PostgresServer postgres) {
    return postgres.number(Cluster.DATABASE, COUNT_UNFINISHED);
  }

  static Rows read(PostgresServer postgres) throws SQLException {
    try (Connection connection = postgres.connect(Cluster.DATABASE)) {
      return new Rows(
          counts(connection, BY_STATUS),
          counts(connection, FAILED_ATTEMPTS),
          unfinished(connection),
          postgres.number(Cluster.DATABASE, ATTEMPTS_MISCOUNTED),
          postgres.number(Cluster.DATABASE, ACCEPTED_TWICE));
    }
  }

  private static Map<String, Long> counts(Connection connection, String sql) throws SQLException {
    Map<String, Long> counts = new TreeMap<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        counts.put(rows.getString(1), rows.getLong(2));
      }
    }
    return counts;
  }

  private static Set<Unfinished> unfinished(Connection connection) throws SQLException {
    Set<Unfinished> unfinished = new HashSet<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(FIND_UNFINISHED)) {
      while (rows.next()) {
        unfinished.add(
            new Unfinished(rows.getObject(1, UUID.class), rows.getObject(2, UUID.class)));
      }
    }
    return unfinished;
  }
}
