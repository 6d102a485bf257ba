package io.httpqueue.event;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.delivery.NewDelivery;
import io.httpqueue.event.EventRepository.Accepted;
import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.webhook.WebhookId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Writes events that ask for nothing but to be delivered, to few webhooks, none of which has a
 * filter or an order. Most are such, and for a single one the statement for all events takes
 * Postgres half as long again: the time goes into setting it up. Thread-safe.
 */
@Repository
class PlainEventRepository {

  /** What webhooks there are may change, and then others are plain. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private static final int REMEMBERED_NAMES = 10_000;

  // As EventRepository has it, without what does not occur here. Whether it does is found out by
  // this statement: then it writes nothing, and tells which names are not plain.
  //
  // A name's webhooks are looked at once, however many events have it, and only what the server
  // does not know is told: this is what the intake's time goes into.
  static final String ACCEPT =
      """
      WITH matched AS MATERIALIZED (
        SELECT number, namespace, name, ARRAY(
          SELECT DISTINCT webhook_id FROM webhook_subscription AS subscription
          WHERE subscription.namespace = names.namespace
            AND subscription.event_pattern = ANY (names.patterns::text[])) AS webhook_ids
        FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS names (namespace, name, patterns, number)),
      many AS (
        SELECT number FROM matched WHERE cardinality(webhook_ids) > ?),
      target AS MATERIALIZED (
        SELECT number, webhook_id, coalesce(retry_max_attempts, ?) AS max_attempts,
          filter IS NOT NULL OR ordering <> 'NONE' AS special
        FROM matched
        CROSS JOIN LATERAL unnest(webhook_ids) AS matching (webhook_id)
        -- one by one: a join might be made by reading all webhooks
        CROSS JOIN LATERAL (
          SELECT retry_max_attempts, filter, ordering, deleted_at FROM webhook WHERE id = matching.webhook_id
          OFFSET 0) AS webhook
        WHERE deleted_at IS NULL AND NOT EXISTS (SELECT FROM many)),
      not_plain AS (
        SELECT number FROM many
        UNION ALL
        SELECT number FROM target WHERE special),
      accepted AS MATERIALIZED (
        SELECT pushed.*, namespace, name, webhook_ids, now() + ttl_seconds * interval '1 second' AS expires_at
        FROM unnest(?::uuid[], ?::bytea[], ?::text[], ?::bigint[], ?::text[], ?::bigint[]) WITH ORDINALITY
          AS pushed (id, payload, metadata, ttl_seconds, traceparent, number, position)
        JOIN matched USING (number)
        WHERE NOT EXISTS (SELECT FROM not_plain)),
      written AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at, traceparent)
        SELECT id, namespace, name, payload, metadata::jsonb, webhook_ids, expires_at, traceparent
        FROM accepted),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
        SELECT next_uuid_v7(), accepted.id, webhook_id, max_attempts, expires_at
        FROM accepted JOIN target USING (number)
        ORDER BY position
        RETURNING id, event_id, webhook_id, max_attempts)
      SELECT id, event_id, webhook_id, max_attempts, NULL::bigint AS not_plain FROM made
      UNION ALL
      SELECT NULL, NULL, NULL, NULL, number FROM not_plain
      """;

  private static final String PLANNED_ONCE = EventRepository.PLAN_ONCE + ";\n" + ACCEPT;

  private final JdbcTemplate jdbc;
  private final int atOnce;
  private final Cache<EventName, Boolean> notPlain =
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
    return requireNonNull(
        jdbc.execute(
            PLANNED_ONCE,
            (PreparedStatement statement) -> {
              List<EventName> names = bind(statement, events, maxAttempts);
              statement.execute();
              statement.getMoreResults();
              return read(statement.getResultSet(), events, names);
            }));
  }

  private boolean mayBePlain(IdentifiedEvent identified) {
    NewEvent event = identified.event();
    Judgement judgement = identified.judgement();
    return event.options().equals(EventOptions.NONE)
        && (judgement == null || judgement.by().filters().isEmpty())
        && notPlain.getIfPresent(EventName.of(event)) == null;
  }

  private List<EventName> bind(
      PreparedStatement statement, List<IdentifiedEvent> events, int maxAttempts)
      throws SQLException {
    EventColumns columns = new EventColumns(statement, events);
    int next = columns.bindNames(1);
    statement.setInt(next++, atOnce);
    statement.setInt(next++, maxAttempts);
    columns.bindPlain(next);
    return columns.names();
  }

  /** Reads what was written, or remembers which names are not plain. Closes the rows. */
  private Optional<Accepted> read(
      ResultSet rows, List<IdentifiedEvent> events, List<EventName> names) throws SQLException {
    long now = System.nanoTime();
    Map<UUID, Long> expiresAt = new HashMap<>();
    events.forEach(e -> expiresAt.put(e.id(), now + SECONDS.toNanos(e.timeToLive().toSeconds())));
    Map<UUID, List<WebhookId>> webhooks = new HashMap<>();
    NewDeliveries deliveries = new NewDeliveries();
    boolean plain = true;
    try (rows) {
      while (rows.next()) {
        UUID id = rows.getObject(1, UUID.class);
        if (id == null) {
          notPlain.put(names.get(rows.getInt(5) - 1), true);
          plain = false;
        } else {
          UUID event = rows.getObject(2, UUID.class);
          WebhookId webhook = new WebhookId(rows.getObject(3, UUID.class));
          long expires = requireNonNull(expiresAt.get(event));
          deliveries.add(
              new NewDelivery(id, webhook, event, rows.getInt(4), now, expires, null),
              Duration.ZERO);
          webhooks.computeIfAbsent(event, _ -> new ArrayList<>()).add(webhook);
        }
      }
    }
    return plain
        ? Optional.of(new Accepted(accepted(events, webhooks), List.of(), deliveries, false))
        : Optional.empty();
  }

  private static Map<UUID, AcceptedEvent> accepted(
      List<IdentifiedEvent> events, Map<UUID, List<WebhookId>> webhooks) {
    Map<UUID, AcceptedEvent> accepted = new HashMap<>();
    for (IdentifiedEvent event : events) {
      UUID id = event.id();
      List<WebhookId> matching = webhooks.getOrDefault(id, List.of());
      accepted.put(id, new AcceptedEvent(new EventId(id), matching, false));
    }
    return accepted;
  }
}
