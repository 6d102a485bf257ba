package io.httpqueue.webhook;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code webhook} and {@code webhook_subscription}. */
@Repository
class WebhookRepository {

  /** Greater than every UUIDv7: the first page starts below it. */
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final JdbcClient jdbc;
  private final HeaderStore headers;

  WebhookRepository(JdbcClient jdbc, HeaderStore headers) {
    this.jdbc = jdbc;
    this.headers = headers;
  }

  // One statement, so that a webhook and its subscriptions are never seen apart.
  private static final String INSERT =
      """
      WITH registered AS (
        INSERT INTO webhook
          (id, namespace, url, event_patterns, headers, headers_encrypted, timeout_seconds, active,
            description)
        VALUES
          (:id, :namespace, :url, :patterns, :headers::jsonb, :headersEncrypted, :timeoutSeconds,
            :active, :description)
        RETURNING *
      ), subscribed AS (
        INSERT INTO webhook_subscription (namespace, event_pattern, webhook_id)
        SELECT namespace, unnest(event_patterns), id FROM registered WHERE active
      )
      SELECT * FROM registered
      """;

  Webhook insert(WebhookId id, NewWebhook webhook) {
    return jdbc.sql(INSERT)
        .param("id", id.value())
        .param("namespace", webhook.namespace())
        .param("url", webhook.url().toString())
        .param("patterns", webhook.eventPatterns().toArray(String[]::new))
        .param("headers", headers.plain(webhook.headers()))
        .param("headersEncrypted", headers.encrypted(id, webhook.headers()))
        .param("timeoutSeconds", Math.toIntExact(webhook.timeout().toSeconds()))
        .param("active", webhook.active())
        .param("description", webhook.description())
        .query(this::read)
        .single();
  }

  private static final String FIND = "SELECT * FROM webhook WHERE id = :id";

  Optional<Webhook> find(WebhookId id) {
    return jdbc.sql(FIND).param("id", id.value()).query(this::read).optional();
  }

  // Reads along webhook_by_namespace; `before` is its second column.
  static final String PAGE =
      """
      SELECT * FROM webhook
      WHERE namespace = :namespace AND deleted_at IS NULL AND id < :before
        AND (active OR NOT :activeOnly)
        AND (:event::text IS NULL OR event_patterns && event_patterns_matching(:event))
      ORDER BY id DESC
      LIMIT :limit
      """;

  List<Webhook> page(WebhookQuery query, int limit) {
    WebhookId before = query.before();
    return jdbc.sql(PAGE)
        .param("namespace", query.namespace())
        .param("before", before == null ? ABOVE_ALL : before.value())
        .param("activeOnly", query.activeOnly())
        .param("event", query.eventName())
        .param("limit", limit)
        .query(this::read)
        .list();
  }

  static final String COUNT =
      """
      SELECT count(*) FROM webhook
      WHERE namespace = :namespace AND deleted_at IS NULL
        AND (active OR NOT :activeOnly)
        AND (:event::text IS NULL OR event_patterns && event_patterns_matching(:event))
      """;

  long count(WebhookQuery query) {
    return jdbc.sql(COUNT)
        .param("namespace", query.namespace())
        .param("activeOnly", query.activeOnly())
        .param("event", query.eventName())
        .query(Long.class)
        .single();
  }

  private static final String MARK_DELETED_IF_REGISTERED =
      """
      WITH deleted AS (
        UPDATE webhook SET deleted_at = now(), updated_at = now(), active = false
        WHERE id = :id AND deleted_at IS NULL
        RETURNING id
      ), unsubscribed AS (
        DELETE FROM webhook_subscription USING deleted WHERE webhook_id = deleted.id
      )
      SELECT count(*) FROM deleted
      """;

  boolean markDeletedIfRegistered(WebhookId id) {
    return jdbc.sql(MARK_DELETED_IF_REGISTERED).param("id", id.value()).query(Long.class).single()
        == 1;
  }

  private Webhook read(ResultSet row, int rowNumber) throws SQLException {
    WebhookId id = new WebhookId(row.getObject("id", UUID.class));
    return new Webhook(
        id,
        row.getString("namespace"),
        URI.create(row.getString("url")),
        List.of((String[]) row.getArray("event_patterns").getArray()),
        headers.read(id, row),
        Duration.ofSeconds(row.getInt("timeout_seconds")),
        row.getBoolean("active"),
        row.getString("description"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("deleted_at", OffsetDateTime.class)));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime moment) {
    return moment == null ? null : moment.toInstant();
  }
}
