package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Writes events, many in one statement, which is one round trip and one commit. */
@Repository
class EventRepository {

  /**
   * What was committed.
   *
   * @param events in the order in which they were given
   * @param fanOuts the new rows of {@code fan_out}; none if no webhook matched
   */
  record Accepted(List<AcceptedEvent> events, List<UUID> fanOuts) {}

  // The match is made once for each name in the batch, here and nowhere else. Its result is what
  // the caller is told and
  // what the deliveries are made from. Slices keep the commits that make them short, however many
  // webhooks match.
  static final String ACCEPT =
      """
      WITH pushed AS (
        SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[])
          AS p (id, namespace, name, payload, metadata, ttl_seconds)),
      matched AS (
        SELECT names.namespace, names.name, array_agg(DISTINCT subscription.webhook_id) AS webhook_ids
        FROM (SELECT DISTINCT namespace, name FROM pushed) AS names
        JOIN webhook_subscription AS subscription
          ON subscription.namespace = names.namespace
          AND subscription.event_pattern = ANY (event_patterns_matching(names.name))
        GROUP BY names.namespace, names.name),
      accepted AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
        SELECT id, namespace, name, payload, metadata::jsonb, coalesce(webhook_ids, '{}'),
          now() + ttl_seconds * interval '1 second'
        FROM pushed LEFT JOIN matched USING (namespace, name)
        RETURNING id, webhook_ids),
      sliced AS (
        SELECT id, (sum(cardinality(webhook_ids)) OVER (ORDER BY id) - 1) / ? AS slice
        FROM accepted WHERE webhook_ids <> '{}'),
      fanned AS (
        INSERT INTO fan_out (id, event_ids)
        SELECT uuid_v7(clock_timestamp()), array_agg(id ORDER BY id) FROM sliced GROUP BY slice
        RETURNING id)
      SELECT id, webhook_ids FROM accepted
      UNION ALL
      SELECT id, NULL FROM fanned
      """;

  private final JdbcTemplate jdbc;
  private final JsonMapper json = new JsonMapper();
  private final int deliveriesPerSlice;

  EventRepository(JdbcTemplate jdbc, FanOutSettings fanOut) {
    this.jdbc = jdbc;
    this.deliveriesPerSlice = fanOut.deliveriesPerSlice();
  }

  /** Writes the events in one commit. */
  Accepted accept(List<IdentifiedEvent> events) {
    Map<UUID, AcceptedEvent> accepted = HashMap.newHashMap(events.size());
    List<UUID> fanOuts = new ArrayList<>();
    jdbc.execute(
        ACCEPT,
        (PreparedStatement statement) -> {
          bind(statement, events);
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              UUID id = rows.getObject(1, UUID.class);
              java.sql.Array webhooks = rows.getArray(2);
              if (webhooks == null) {
                fanOuts.add(id);
              } else {
                accepted.put(id, new AcceptedEvent(new EventId(id), webhookIds(webhooks)));
              }
            }
          }
          return accepted;
        });
    return new Accepted(events.stream().map(event -> accepted.get(event.id())).toList(), fanOuts);
  }

  private void bind(PreparedStatement statement, List<IdentifiedEvent> events) throws SQLException {
    bind(statement, 1, "uuid", UUID[]::new, events, IdentifiedEvent::id);
    bind(statement, 2, "text", String[]::new, events, e -> e.event().namespace());
    bind(statement, 3, "text", String[]::new, events, e -> e.event().name());
    bind(statement, 4, "bytea", byte[][]::new, events, e -> e.event().payload());
    bind(statement, 5, "text", String[]::new, events, e -> metadata(e.event()));
    bind(statement, 6, "int8", Long[]::new, events, e -> e.timeToLive().toSeconds());
    statement.setInt(7, deliveriesPerSlice);
  }

  private static <V> void bind(
      PreparedStatement statement,
      int index,
      String type,
      java.util.function.IntFunction<V[]> array,
      List<IdentifiedEvent> events,
      Function<IdentifiedEvent, V> value)
      throws SQLException {
    Connection connection = statement.getConnection();
    V[] values = events.stream().map(value).toArray(array);
    statement.setArray(index, connection.createArrayOf(type, values));
  }

  private String metadata(NewEvent event) {
    if (event.metadata().isEmpty()) {
      return "{}";
    }
    try {
      return json.writeValueAsString(event.metadata());
    } catch (JacksonException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  private static List<WebhookId> webhookIds(java.sql.Array ids) throws SQLException {
    return Arrays.stream((UUID[]) ids.getArray()).map(WebhookId::new).toList();
  }
}
