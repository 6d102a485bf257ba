package io.httpqueue.webhook;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        AND (active AND disabled_at IS NULL OR NOT :activeOnly)
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
        AND (active AND disabled_at IS NULL OR NOT :activeOnly)
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

  // Not FOR UPDATE: rows that refer to the webhook may be written meanwhile.
  private static final String LOCK = "SELECT * FROM webhook WHERE id = :id FOR NO KEY UPDATE";

  /** Has other changes of the webhook wait until the transaction ends; empty if there is none. */
  Optional<Webhook> lock(WebhookId id) {
    return jdbc.sql(LOCK).param("id", id.value()).query(rows::read).optional();
  }

  private static final String UPDATE =
      """
      UPDATE webhook SET
        url = :url, event_patterns = :patterns, headers = :headers::jsonb,
        headers_encrypted = :headersEncrypted,
        timeout_seconds = :timeoutSeconds, active = :active, description = :description,
        retry_max_attempts = :maxAttempts, retry_first_delay_ms = :firstDelayMillis,
        retry_factor = :factor, retry_max_delay_ms = :maxDelayMillis, max_in_flight = :maxInFlight,
        rate_limit_per_second = :ratePerSecond, rate_limit_burst = :burst,
        ordering = :ordering::webhook_ordering, when_head_fails = :whenHeadFails::webhook_head_failure,
        filter = :filter, labels = :labels::jsonb
      WHERE id = :id AND namespace = :namespace AND deleted_at IS NULL
      """;

  /** To be called under {@link #lock}, and followed by {@link #subscribe}. */
  void update(WebhookId id, WebhookDefinition webhook) {
    jdbc.sql(UPDATE).param("id", id.value()).params(rows.parameters(id, webhook)).update();
  }

  private static final String PAUSE =
      "UPDATE webhook SET paused_at = now() WHERE id = :id AND deleted_at IS NULL";

  /** To be called under {@link #lock}. */
  void pause(WebhookId id) {
    jdbc.sql(PAUSE).param("id", id.value()).update();
  }

  private static final String RESUME =
      """
      UPDATE webhook SET paused_at = NULL, disabled_at = NULL, disabled_reason = NULL
      WHERE id = :id AND deleted_at IS NULL
      """;

  /** To be called under {@link #lock}, and followed by {@link #subscribe}. */
  void resume(WebhookId id) {
    jdbc.sql(RESUME).param("id", id.value()).update();
  }

  private static final String DISABLE =
      """
      UPDATE webhook SET disabled_at = now(), disabled_reason = :reason::webhook_disabled_reason
      WHERE id = :id AND deleted_at IS NULL
      """;

  /** To be called under {@link #lock}, and followed by {@link #subscribe}. */
  void disable(WebhookId id, Disabled.Reason reason) {
    jdbc.sql(DISABLE).param("id", id.value()).param("reason", reason.name()).update();
  }

  private static final String MARK_DELETED =
      "UPDATE webhook SET deleted_at = now(), active = false WHERE id = :id AND deleted_at IS NULL";

  /** To be called under {@link #lock}, and followed by {@link #subscribe}. */
  void markDeleted(WebhookId id) {
    jdbc.sql(MARK_DELETED).param("id", id.value()).update();
  }

  // A statement of its own, begun after the lock was got: it sees what the change before has left.
  private static final String SUBSCRIBE =
      """
      WITH wanted AS (
        SELECT namespace, unnest(event_patterns) AS event_pattern, id AS webhook_id FROM webhook
        WHERE id = :id AND active AND disabled_at IS NULL AND deleted_at IS NULL
      ), unsubscribed AS (
        DELETE FROM webhook_subscription AS subscription
        WHERE webhook_id = :id
          AND NOT EXISTS (SELECT FROM wanted WHERE wanted.event_pattern = subscription.event_pattern)
      )
      INSERT INTO webhook_subscription (namespace, event_pattern, webhook_id)
      SELECT namespace, event_pattern, webhook_id FROM wanted
      ON CONFLICT DO NOTHING
      """;

  /**
   * Makes the webhook's subscriptions what its state asks for. To be called under {@link #lock}.
   */
  void subscribe(WebhookId id) {
    jdbc.sql(SUBSCRIBE).param("id", id.value()).update();
  }

  private static final String VERSIONS =
      "SELECT id, updated_at FROM webhook WHERE id = ANY (:ids::uuid[])";

  Map<WebhookId, Instant> versions(Collection<WebhookId> ids) {
    Map<WebhookId, Instant> versions = HashMap.newHashMap(ids.size());
    jdbc.sql(VERSIONS)
        .param("ids", ids.stream().map(WebhookId::value).toArray(UUID[]::new))
        .query(
            row -> {
              versions.put(
                  new WebhookId(row.getObject("id", UUID.class)),
                  row.getObject("updated_at", OffsetDateTime.class).toInstant());
            });
    return versions;
  }
}
