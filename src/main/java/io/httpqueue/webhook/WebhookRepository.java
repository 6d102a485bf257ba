package io.httpqueue.webhook;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code webhook} and {@code webhook_subscription}. */
@Repository
class WebhookRepository {

  /** Greater than every UUIDv7: the first page starts below it. */
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private static final TypeReference<LinkedHashMap<String, String>> HEADERS =
      new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final JsonMapper json = JsonMapper.builder().build();

  WebhookRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  // One statement, so that a webhook and its subscriptions are never seen apart.
  private static final String INSERT =
      """
      WITH registered AS (
        INSERT INTO webhook
          (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
        VALUES
          (:id, :namespace, :url, :patterns, :headers::jsonb, :timeoutSeconds, :active, :description)
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
        .param("headers", json.writeValueAsString(webhook.headers()))
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
      ), forgotten AS (
        DELETE FROM webhook_client_certificate USING deleted WHERE webhook_id = deleted.id
      )
      SELECT count(*) FROM deleted
      """;

  boolean markDeletedIfRegistered(WebhookId id) {
    return jdbc.sql(MARK_DELETED_IF_REGISTERED).param("id", id.value()).query(Long.class).single()
        == 1;
  }

  private Webhook read(ResultSet row, int rowNumber) throws SQLException {
    return new Webhook(
        new WebhookId(row.getObject("id", UUID.class)),
        row.getString("namespace"),
        URI.create(row.getString("url")),
        List.of((String[]) row.getArray("event_patterns").getArray()),
        headers(row.getString("headers")),
        Duration.ofSeconds(row.getInt("timeout_seconds")),
        row.getBoolean("active"),
        row.getString("description"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("deleted_at", OffsetDateTime.class)),
        instant(row.getObject("client_certificate_expires_at", OffsetDateTime.class)));
  }

  private Map<String, String> headers(String text) {
    return json.readValue(text, HEADERS);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime moment) {
    return moment == null ? null : moment.toInstant();
  }
}
