package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How deliveries are read for people, with what stands in other tables. */
final class DeliveryRows {

  /** Of {@code delivery}. */
  static final String COLUMNS =
      """
      id, webhook_id, event_id, shown_status(status, attempt_count) AS status, attempt_count,
      max_attempts, created_at, last_attempted_at,
      next_attempt_at, expires_at, ended_because, ordering_key, replay_id
      """;

  // The page first, then what belongs to it: one probe of a primary key each.
  private static final String DETAILS =
      """
      SELECT page.*, last.*,
        (SELECT namespace FROM webhook WHERE webhook.id = page.webhook_id) AS namespace,
        (SELECT name FROM event WHERE event.id = page.event_id) AS event_name
      FROM (%s) AS page
      LEFT JOIN LATERAL (
        SELECT number, started_at, duration_ms, response_code, response_body, error, error_class
        FROM delivery_attempt
        WHERE delivery_id = page.id AND %s
        ORDER BY number DESC
        LIMIT 1
      ) AS last ON true
      ORDER BY page.%s
      """;

  private DeliveryRows() {}

  /** The rows of a query with {@link #COLUMNS}, newest first, each with its last attempt. */
  static String newestFirst(String query) {
    return DETAILS.formatted(query, "true", "id DESC");
  }

  /**
   * The rows of a query with {@link #COLUMNS} as they were and {@code position}, in that order,
   * each with the attempt that was its last one then.
   */
  static String inOrderOfChange(String query) {
    return DETAILS.formatted(
        query,
        "(number < page.attempt_count OR number = page.attempt_count AND page.status <> 'SENDING')",
        "position");
  }

  static Delivery read(ResultSet row, int rowNumber) throws SQLException {
    return new Delivery(
        new DeliveryId(row.getObject("id", UUID.class)),
        new WebhookId(row.getObject("webhook_id", UUID.class)),
        row.getString("namespace"),
        row.getObject("event_id", UUID.class),
        row.getString("event_name"),
        row.getString("ordering_key"),
        row.getObject("replay_id", UUID.class),
        DeliveryStatus.valueOf(row.getString("status")),
        row.getInt("attempt_count"),
        row.getInt("max_attempts"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "last_attempted_at"),
        instant(row, "next_attempt_at"),
        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
        row.getObject("number") == null ? null : readAttempt(row),
        row.getString("ended_because"),
        List.of());
  }

  static Attempt readAttempt(ResultSet row) throws SQLException {
    return new Attempt(
        row.getInt("number"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        Duration.ofMillis(row.getInt("duration_ms")),
        row.getObject("response_code", Integer.class),
        row.getString("response_body"),
        row.getString("error"),
        errorClass(row.getString("error_class")));
  }

  private static @Nullable ErrorClass errorClass(@Nullable String name) {
    return name == null ? null : ErrorClass.valueOf(name);
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }
}
