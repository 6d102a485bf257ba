package io.httpqueue.bench;

import io.httpqueue.harness.Payload;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Webhooks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * What a database holds besides what a run is about.
 *
 * @param webhooks of the same namespace, which none of the run's events match
 * @param waiting deliveries to them that are due tomorrow
 * @param history deliveries to them that have arrived, each with its event and attempt, spread over
 *     the day so far; at least one webhook is there for them and for those that wait
 * @param kept deliveries to the run's own webhooks that have ended, and are kept as they were
 *     before by an {@link OldTransaction}; zero: there is no such transaction
 */
record Surroundings(long webhooks, long waiting, long history, long kept) {

  static final Surroundings NONE = new Surroundings(0, 0, 0, 0);

  private static final long PIECE = 100_000;

  private static final String WEBHOOKS =
      """
      WITH made AS (
        INSERT INTO webhook (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
        SELECT uuid_v7(clock_timestamp()), ':namespace', 'http://127.0.0.1:1/' || n, ARRAY['surrounding.' || n], '{}',
          30, true, ''
        FROM generate_series(1, :count) AS n
        RETURNING id, event_patterns)
      INSERT INTO webhook_subscription (namespace, event_pattern, webhook_id)
      SELECT ':namespace', event_patterns[1], id FROM made
      """;

  // The webhooks take turns, so that every part of the tables has rows of all of them.
  private static final String DELIVERIES =
      """
      WITH webhooks AS (
        SELECT array_agg(id) AS ids FROM webhook WHERE url LIKE 'http://127.0.0.1:1/%'),
      made AS (
        SELECT seq, uuid_v7(date_trunc('day', now()) + seq * (now() - date_trunc('day', now())) / ?) AS id,
          ids[1 + seq % cardinality(ids)] AS webhook_id
        FROM generate_series(?, ?) AS seq, webhooks),
      events AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
        SELECT id, ':namespace', 'surrounding', convert_to(:payload, 'UTF8'), '{}', ARRAY[webhook_id],
          now() + interval '3 days'
        FROM made),
      deliveries AS (
        INSERT INTO delivery (id, event_id, webhook_id, status, attempt_count, max_attempts, expires_at,
          last_attempted_at, next_attempt_at)
        SELECT id, id, webhook_id, ':status', 1, 15, now() + interval '3 days', now(),
          CASE WHEN ':status' = 'RETRYING' THEN now() + interval '1 day' END
        FROM made)
      INSERT INTO delivery_attempt (delivery_id, number, started_at, duration_ms, response_code, response_body)
      SELECT id, 1, now(), 1, 200, 'ok' FROM made
      """;

  /**
   * Writes all of it but what is kept, and leaves Postgres as it is a while later: vacuumed, and
   * knowing its tables.
   */
  void write(PostgresServer postgres, String database) throws SQLException {
    if (webhooks + waiting + history == 0) {
      return;
    }
    postgres.execute(
        database,
        WEBHOOKS
            .replace(":namespace", Webhooks.NAMESPACE)
            .replace(":count", Long.toString(Math.max(1, webhooks))));
    try (Connection connection = postgres.connect(database)) {
      write(connection, "SUCCESS", history);
      write(connection, "RETRYING", waiting);
    }
    for (String settle : List.of("VACUUM ANALYZE", "CHECKPOINT")) {
      postgres.execute(database, settle);
    }
  }

  private static void write(Connection connection, String status, long count) throws SQLException {
    String sql =
        DELIVERIES
            .replace(":namespace", Webhooks.NAMESPACE)
            .replace(":payload", new Payload(Execution.PAYLOAD_BYTES).sql())
            .replace(":status", status);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (long first = 1; first <= count; first += PIECE) {
        statement.setLong(1, count);
        statement.setLong(2, first);
        statement.setLong(3, Math.min(count, first + PIECE - 1));
        statement.executeUpdate();
      }
    }
  }
}
