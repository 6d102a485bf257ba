package io.httpqueue.testing;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes rows straight into the tables, for tests that need many, or need them in a certain state.
 */
public final class SampleRows {

  private final JdbcClient jdbc;

  public SampleRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String WEBHOOK =
      """
      INSERT INTO webhook (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
      VALUES (uuid_v7(clock_timestamp()), 'test', 'http://127.0.0.1:1/', '{*}', '{}', 5, true, '')
      RETURNING id
      """;

  /** A webhook that no event matches. */
  public UUID webhook() {
    return jdbc.sql(WEBHOOK).query((row, _) -> row.getObject("id", UUID.class)).single();
  }

  private static final String DELIVERIES =
      """
      INSERT INTO delivery (id, event_id, webhook_id, status, attempt_count, max_attempts, expires_at,
        next_attempt_at, last_attempted_at)
      SELECT uuid_v7(clock_timestamp() + n * interval '1 microsecond'), uuid_v7(clock_timestamp()), :webhook,
        :status::delivery_status, :attempts, 15, now() + interval '1 hour',
        CASE WHEN :status = 'RETRYING' THEN now() + :dueInSeconds * interval '1 second' END,
        CASE WHEN :attempts > 0 THEN now() END
      FROM generate_series(1, :count) AS n
      """;

  /** So many deliveries to the webhook, each of an event of its own that is not written. */
  public void deliveries(UUID webhook, String status, int attempts, int dueInSeconds, int count) {
    jdbc.sql(DELIVERIES)
        .param("webhook", webhook)
        .param("status", status)
        .param("attempts", attempts)
        .param("dueInSeconds", dueInSeconds)
        .param("count", count)
        .update();
  }

  /** Has Postgres learn what the tables hold. */
  public void analyze() {
    jdbc.sql("ANALYZE").update();
  }
}
