package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.event.EventRepository.Accepted;
import io.httpqueue.event.NamespaceFilters.Judgement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Writes events that ask for nothing but to be delivered, to few webhooks of a namespace that knows
 * neither filters nor order. Most are such, and for a single one the statement for all events takes
 * Postgres half as long again: the time goes into setting it up. Thread-safe.
 */
@Repository
class PlainEventRepository {

  /** What webhooks there are may change, and then others are plain. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private static final int REMEMBERED_NAMES = 10_000;

  // As EventRepository has it, without what does not occur here. Whether it does is found out by
  // this statement: then it writes nothing, and tells which names are not plain.
  static final String ACCEPT =
      """
      WITH pushed AS (
        SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[], ?::text[])
          WITH ORDINALITY
          AS p (id, namespace, name, payload, metadata, ttl_seconds, traceparent, position)),
      matched AS MATERIALIZED (
        SELECT namespace, name,
          ARRAY(
            SELECT DISTINCT webhook_id FROM webhook_subscription AS subscription
            WHERE subscription.namespace = names.namespace
              AND subscription.event_pattern = ANY (names.patterns::text[])) AS webhook_ids,
          EXISTS (
            SELECT FROM webhook
            WHERE webhook.namespace = names.namespace AND filter IS NOT NULL AND deleted_at IS NULL)
          OR EXISTS (
            SELECT FROM webhook
            WHERE webhook.namespace = names.namespace AND ordering <> 'NONE' AND deleted_at IS NULL) AS special
        FROM unnest(?::text[], ?::text[], ?::text[]) AS names (namespace, name, patterns)),
      not_plain AS (
        SELECT namespace, name FROM matched WHERE special OR cardinality(webhook_ids) > ?),
      accepted AS MATERIALIZED (
        SELECT pushed.*, webhook_ids, now() + ttl_seconds * interval '1 second' AS expires_at
        FROM pushed JOIN matched USING (namespace, name)
        WHERE NOT EXISTS (SELECT FROM not_plain)),
      written AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at, traceparent)
        SELECT id, namespace, name, payload, metadata::jsonb, webhook_ids, expires_at, traceparent
        FROM accepted),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
        SELECT next_uuid_v7(), accepted.id, webhook_id, coalesce(retry_max_attempts, ?), expires_at
        FROM accepted
        CROSS JOIN LATERAL unnest(webhook_ids) AS target (webhook_id)
        -- one by one: a join might be made by reading all webhooks
        CROSS JOIN LATERAL (
          SELECT retry_max_attempts, deleted_at FROM webhook WHERE id = target.webhook_id
          OFFSET 0) AS webhook
        WHERE deleted_at IS NULL
        ORDER BY position
        RETURNING id, webhook_id, event_id, max_attempts, expires_at)
      SELECT 'event' AS kind, id, webhook_ids AS ids, NULL::bigint AS due_in, NULL::integer AS max_attempts,
        NULL::bigint AS time_left, NULL::text AS ordering_key
      FROM accepted
      UNION ALL
      SELECT 'delivery', id, ARRAY[webhook_id, event_id], 0, max_attempts,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint, NULL
      FROM made
      UNION ALL
      SELECT 'not plain', NULL, NULL, NULL, NULL, NULL, namespace || ' ' || name FROM not_plain
      """;

  private static final String PLANNED_ONCE = EventRepository.PLAN_ONCE + ";\n" + ACCEPT;

  private final JdbcTemplate jdbc;
  private final int atOnce;
  private final Cache<String, Boolean> notPlain =
      Caffeine.newBuilder().maximumSize(REMEMBERED_NAMES).expireAfterWrite(REMEMBERED).build();

  PlainEventRepository(JdbcTemplate jdbc, FanOutSettings settings) {
    this.jdbc = jdbc;
    this.atOnce = settings.atOnce();
  }

  /**
   * Writes the events in one commit, or in the caller's transaction, with their deliveries; empty,
   * and nothing written, if one of them is not plain.
   *
   * @param maxAttempts of deliveries to webhooks that do not say otherwise
   */
  Optional<Accepted> accept(List<IdentifiedEvent> events, int maxAttempts) {
    if (!events.stream().allMatch(this::mayBePlain)) {
      return Optional.empty();
    }
    Accepted accepted =
        jdbc.execute(
            PLANNED_ONCE,
            (PreparedStatement statement) -> {
              bind(statement, events, maxAttempts);
              statement.execute();
              statement.getMoreResults();
              return EventRepository.read(
                  statement.getResultSet(), name -> notPlain.put(name, true));
            });
    return Optional.ofNullable(accepted).filter(written -> !written.events().isEmpty());
  }

  private boolean mayBePlain(IdentifiedEvent identified) {
    NewEvent event = identified.event();
    Judgement judgement = identified.judgement();
    return event.options().equals(EventOptions.NONE)
        && (judgement == null || judgement.by().filters().isEmpty())
        && notPlain.getIfPresent(event.namespace() + ' ' + event.name()) == null;
  }

  private void bind(PreparedStatement statement, List<IdentifiedEvent> events, int maxAttempts)
      throws SQLException {
    int next = new EventColumns(statement, events).bindPlain(1);
    statement.setInt(next++, atOnce);
    statement.setInt(next, maxAttempts);
  }
}
