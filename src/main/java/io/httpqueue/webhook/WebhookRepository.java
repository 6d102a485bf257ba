package io.httpqueue.webhook;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code webhook} and {@code webhook_subscription}. */
@Repository
class WebhookRepository {

  /** Greater than every UUIDv7: the first page starts below it. */
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final JdbcClient jdbc;
  private final WebhookRows rows;

  WebhookRepository(JdbcClient jdbc, HeaderStore headers) {
    this.jdbc = jdbc;
    this.rows = new WebhookRows(headers);
  }

  // One statement, so that a webhook and its subscriptions are never seen apart.
  private static final String INSERT =
      """
      WITH registered AS (
        INSERT INTO webhook
          (id, namespace, url, event_patterns, headers, headers_encrypted, timeout_seconds, active,
           description, retry_max_attempts, retry_first_delay_ms, retry_factor, retry_max_delay_ms,
           max_in_flight, rate_limit_per_second, rate_limit_burst, ordering, when_head_fails, filter, labels)
        VALUES
          (:id, :namespace, :url, :patterns, :headers::jsonb, :headersEncrypted, :timeoutSeconds,
           :active, :description, :maxAttempts, :firstDelayMillis, :factor, :maxDelayMillis, :maxInFlight,
           :ratePerSecond, :burst, :ordering::webhook_ordering, :whenHeadFails::webhook_head_failure,
           :filter, :labels::jsonb)
        RETURNING *
      ), subscribed AS (
        INSERT INTO webhook_subscription (namespace, event_pattern, webhook_id)
        SELECT namespace, unnest(event_patterns), id FROM registered WHERE active
      )
      SELECT * FROM registered
      """;

  Webhook insert(WebhookId id, WebhookDefinition webhook) {
    return jdbc.sql(INSERT)
        .param("id", id.value())
        .params(rows.parameters(id, webhook))
        .query(rows::read)
        .single();
  }

  private static final String FIND = "SELECT * FROM webhook WHERE id = :id";

  Optional<Webhook> find(WebhookId id) {
    return jdbc.sql(FIND).param("id", id.value()).query(rows::read).optional();
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
        .query(rows::read)
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

  private static final String DISABLE_IF_ENABLED =
      """
      WITH disabled AS (
        UPDATE webhook
        SET disabled_at = now(), disabled_reason = :reason::webhook_disabled_reason, updated_at = now()
        WHERE id = :id AND deleted_at IS NULL AND disabled_at IS NULL
        RETURNING id
      ), unsubscribed AS (
        DELETE FROM webhook_subscription USING disabled WHERE webhook_id = disabled.id
      )
      SELECT count(*) FROM disabled
      """;

  boolean disableIfEnabled(WebhookId id, Disabled.Reason reason) {
    return jdbc.sql(DISABLE_IF_ENABLED)
            .param("id", id.value())
            .param("reason", reason.name())
            .query(Long.class)
            .single()
        == 1;
  }
}
