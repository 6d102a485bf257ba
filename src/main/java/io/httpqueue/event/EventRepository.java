package io.httpqueue.event;

import io.httpqueue.delivery.NewDelivery;
import io.httpqueue.webhook.WebhookId;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes events, many in one statement, which is one round trip and one commit. */
@Repository
class EventRepository {

  /**
   * What was written.
   *
   * @param events by id; without those whose idempotency key is taken
   * @param filtersChanged nothing at all was written: a webhook has another filter than those that
   *     the events were judged by
   * @param fanOuts the new rows of {@code fan_out}; none if there is nothing left to make
   * @param deliveries those that were made by the same commit
   */
  record Accepted(
      Map<UUID, AcceptedEvent> events,
      List<UUID> fanOuts,
      NewDeliveries deliveries,
      boolean filtersChanged) {}

  // The match is made once for each name in the batch, here and nowhere else. Its result is what
  // the caller is told and what the deliveries are made from. What patterns a name has is told:
  // Postgres takes longer to take a name apart than to look its patterns up.
  //
  // Where few webhooks match, their deliveries are made here: that saves a commit, a job and what
  // they would read. Those of others are left to fan-out jobs, in slices that keep the commits that
  // make them short, however many webhooks match.
  //
  // Deliveries to ordered webhooks are always made here: their ids come from Postgres' clock in the
  // order of the batch, so that one that was committed before another push began is always smaller.
  // A session makes them ascend (before Postgres 18 while its clock does), and what is volatile is
  // made after the sort.
  // Their key says what is in order with what: '' for all of a webhook, null for none of it. What
  // is to be delivered later has none, or all that is accepted meanwhile would wait for it.
  //
  // Filters are evaluated before, in Java, by what the server knows of them. Here it is found out
  // whether that was all there is, so that the match is true whatever has changed meanwhile.
  private static final String TEMPLATE =
      """
      WITH pushed AS (
        SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[], ?::text[],
            ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[])
          WITH ORDINALITY
          AS p (id, namespace, name, payload, metadata, ttl_seconds, traceparent,
            deliver_at_ms, ordering_key, targets, idempotency_key, request_hash, refused, position)),
      names AS (
        SELECT * FROM unnest(?::text[], ?::text[], ?::text[]) AS n (namespace, name, patterns)),
      filtered AS (
        SELECT id, updated_at FROM webhook
        WHERE namespace IN (SELECT namespace FROM pushed) AND filter IS NOT NULL AND deleted_at IS NULL),
      unknown AS (
        SELECT id FROM filtered
        WHERE (id, updated_at) NOT IN (SELECT * FROM unnest(?::uuid[], ?::text[]::timestamptz[]))),
      matched AS MATERIALIZED (
        SELECT namespace, name, ARRAY(
          -- as an array, which only the index can be asked for; a join might read all of a namespace
          SELECT DISTINCT webhook_id FROM webhook_subscription AS subscription
          WHERE subscription.namespace = names.namespace
            AND subscription.event_pattern = ANY (names.patterns::text[])) AS webhook_ids
        FROM names),
      ordered AS (
        SELECT id FROM webhook
        WHERE namespace IN (SELECT namespace FROM pushed) AND ordering <> 'NONE' AND deleted_at IS NULL),
      routed AS MATERIALIZED (
        SELECT pushed.*,
          CASE WHEN targets IS NULL AND refused IS NULL THEN webhook_ids
            ELSE ARRAY(
              SELECT unnest(webhook_ids)
              INTERSECT SELECT unnest(coalesce(targets::uuid[], webhook_ids))
              EXCEPT (SELECT unnest(refused::uuid[]) INTERSECT SELECT id FROM filtered))
          END AS webhook_ids,
          CASE WHEN deliver_at_ms IS NOT NULL
            THEN to_timestamp(deliver_at_ms / 1000.0) END AS deliver_at
        FROM pushed JOIN matched USING (namespace, name)
        WHERE NOT EXISTS (SELECT FROM unknown)),
      %s
      accepted AS (
        SELECT *,
          CASE WHEN EXISTS (SELECT FROM ordered)
            THEN nullif(ARRAY(SELECT id FROM ordered WHERE id = ANY (routed.webhook_ids)), '{}')
          END AS ordered_webhook_ids,
          cardinality(webhook_ids) <= ? AS at_once,
          CASE WHEN deliver_at > now() THEN deliver_at END AS due_at,
          greatest(deliver_at, now()) + ttl_seconds * interval '1 second' AS expires_at
        FROM routed
        %s),
      written AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids,
          ordered_webhook_ids, ordering_key, deliver_at, expires_at, traceparent)
        SELECT id, namespace, name, payload, metadata::jsonb, webhook_ids,
          ordered_webhook_ids, ordering_key, deliver_at, expires_at, traceparent
        FROM accepted),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, status, max_attempts, expires_at, next_attempt_at,
          ordering_key)
        SELECT next_uuid_v7(), accepted.id, webhook_id,
          CASE WHEN due_at IS NULL THEN 'PENDING' ELSE 'RETRYING' END::delivery_status,
          coalesce(retry_max_attempts, ?), expires_at, due_at,
          CASE WHEN due_at IS NOT NULL THEN NULL
            WHEN ordering = 'WHOLE_WEBHOOK' THEN ''
            WHEN ordering = 'BY_KEY' THEN ordering_key END
        FROM accepted
        CROSS JOIN LATERAL unnest(
          CASE WHEN at_once THEN webhook_ids ELSE ordered_webhook_ids END) AS target (webhook_id)
        -- one by one: a join might be made by reading all webhooks
        CROSS JOIN LATERAL (
          SELECT retry_max_attempts, ordering, deleted_at FROM webhook WHERE id = target.webhook_id
          OFFSET 0) AS webhook
        WHERE deleted_at IS NULL
        ORDER BY position
        RETURNING id, webhook_id, event_id, max_attempts, expires_at, next_attempt_at, ordering_key),
      left_to_make AS (
        SELECT id, cardinality(webhook_ids) - coalesce(cardinality(ordered_webhook_ids), 0) AS deliveries
        FROM accepted WHERE NOT at_once),
      sliced AS (
        SELECT id, (sum(deliveries) OVER (ORDER BY id) - 1) / ? AS slice
        FROM left_to_make WHERE deliveries > 0),
      fanned AS (
        INSERT INTO fan_out (id, event_ids)
        SELECT next_uuid_v7(), array_agg(id ORDER BY id) FROM sliced GROUP BY slice
        RETURNING id)
      SELECT 'event' AS kind, id, webhook_ids AS ids, NULL::bigint AS due_in, NULL::integer AS max_attempts,
        NULL::bigint AS time_left, NULL::text AS ordering_key
      FROM accepted
      UNION ALL
      SELECT 'fan-out', id, NULL, NULL, NULL, NULL, NULL FROM fanned
      UNION ALL
      SELECT 'delivery', id, ARRAY[webhook_id, event_id],
        coalesce(ceil(extract(epoch FROM next_attempt_at - now()) * 1000)::bigint, 0), max_attempts,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint, ordering_key
      FROM made
      UNION ALL
      SELECT 'filter', id, NULL, NULL, NULL, NULL, NULL FROM unknown
      """;

  static final String ACCEPT = TEMPLATE.formatted("", "");

  // Who inserts the key has it; who finds it taken waits for the other's commit. In the order of
  // the keys, so that two servers do not wait for each other. What is alive in another slot was
  // committed before this statement began; see IdempotencyKeys.
  private static final String CLAIM =
      """
      claimed AS (
        INSERT INTO idempotency_key AS held
          (namespace, key, slot, event_id, request_hash, webhook_ids, expires_at)
        SELECT namespace, idempotency_key, (SELECT slot FROM idempotency_slot), id, request_hash,
          webhook_ids, now() + ? * interval '1 ms'
        FROM (
          SELECT DISTINCT ON (namespace, idempotency_key) * FROM routed
          WHERE idempotency_key IS NOT NULL
          ORDER BY namespace, idempotency_key, position) AS first
        WHERE NOT EXISTS (
          SELECT FROM idempotency_key AS known
          WHERE known.namespace = first.namespace AND known.key = first.idempotency_key
            AND known.expires_at > now())
        ORDER BY namespace, idempotency_key
        ON CONFLICT (namespace, key, slot) DO UPDATE SET
          event_id = excluded.event_id, request_hash = excluded.request_hash,
          webhook_ids = excluded.webhook_ids, expires_at = excluded.expires_at
        WHERE held.expires_at <= now()
        RETURNING event_id),
      """;

  static final String ACCEPT_WITH_KEYS =
      TEMPLATE.formatted(
          CLAIM, "WHERE idempotency_key IS NULL OR id IN (SELECT event_id FROM claimed)");

  // For the transaction. To plan takes four times as long as to run for one event, and without this
  // small batches are planned each: what is planned for one event looks cheaper than what is kept.
  static final String PLAN_ONCE =
      "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)";

  private static final List<String> WITHOUT_KEYS = List.of(PLAN_ONCE, ACCEPT);
  private static final List<String> WITH_KEYS =
      List.of(PLAN_ONCE, IdempotencyKeys.HOLD_SLOT, ACCEPT_WITH_KEYS);

  private final PlainEventRepository plain;
  private final JdbcTemplate jdbc;
  private final int deliveriesPerSlice;
  private final int atOnce;
  private final Duration idempotencyWindow;

  EventRepository(
      PlainEventRepository plain, JdbcTemplate jdbc, FanOutSettings fanOut, IntakeSettings intake) {
    this.plain = plain;
    this.jdbc = jdbc;
    this.deliveriesPerSlice = fanOut.deliveriesPerSlice();
    this.atOnce = fanOut.atOnce();
    this.idempotencyWindow = intake.idempotencyWindow();
  }

  /**
   * Writes the events in one commit, or in the caller's transaction. Those whose idempotency key is
   * taken are left out, the second of two in the batch included.
   *
   * @param maxAttempts of deliveries to webhooks that do not say otherwise
   */
  Accepted accept(List<IdentifiedEvent> events, int maxAttempts) {
    return plain.accept(events, maxAttempts).orElseGet(() -> acceptAny(events, maxAttempts));
  }

  private Accepted acceptAny(List<IdentifiedEvent> events, int maxAttempts) {
    boolean withKeys = events.stream().anyMatch(event -> event.requestHash() != null);
    List<String> statements = withKeys ? WITH_KEYS : WITHOUT_KEYS;
    return jdbc.execute(
        String.join(";\n", statements),
        (PreparedStatement statement) -> {
          bind(statement, events, maxAttempts, withKeys);
          statement.execute();
          for (int before = 1; before < statements.size(); before++) {
            statement.getMoreResults();
          }
          return read(statement.getResultSet());
        });
  }

  private void bind(
      PreparedStatement statement, List<IdentifiedEvent> events, int maxAttempts, boolean withKeys)
      throws SQLException {
    int next = new EventColumns(statement, events).bind(1);
    if (withKeys) {
      statement.setLong(next++, idempotencyWindow.toMillis());
    }
    statement.setInt(next++, atOnce);
    statement.setInt(next++, maxAttempts);
    statement.setInt(next, deliveriesPerSlice);
  }

  private static Accepted read(ResultSet rows) throws SQLException {
    Map<UUID, AcceptedEvent> events = new HashMap<>();
    List<UUID> fanOuts = new ArrayList<>();
    NewDeliveries deliveries = new NewDeliveries();
    boolean filtersChanged = false;
    try (rows) {
      while (rows.next()) {
        UUID id = rows.getObject(2, UUID.class);
        switch (rows.getString(1)) {
          case "event" ->
              events.put(
                  id, new AcceptedEvent(new EventId(id), webhookIds(rows.getArray(3)), false));
          case "fan-out" -> fanOuts.add(id);
          case "filter" -> filtersChanged = true;
          default -> deliveries.add(delivery(id, rows), Duration.ofMillis(rows.getLong(4)));
        }
      }
    }
    return new Accepted(events, fanOuts, deliveries, filtersChanged);
  }

  private static NewDelivery delivery(UUID id, ResultSet rows) throws SQLException {
    UUID[] ids = uuids(rows.getArray(3));
    long now = System.nanoTime();
    return new NewDelivery(
        id,
        new WebhookId(ids[0]),
        ids[1],
        rows.getInt(5),
        now,
        now + Duration.ofMillis(rows.getLong(6)).toNanos(),
        rows.getString(7));
  }

  private static List<WebhookId> webhookIds(@Nullable Array ids) throws SQLException {
    return Arrays.stream(uuids(ids)).map(WebhookId::new).toList();
  }

  private static UUID[] uuids(@Nullable Array ids) throws SQLException {
    return ids == null ? new UUID[0] : (UUID[]) ids.getArray();
  }
}
