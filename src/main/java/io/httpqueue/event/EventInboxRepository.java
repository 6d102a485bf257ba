package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code event_inbox}: what {@code httpqueue.push_event} was called with. */
@Repository
class EventInboxRepository {

  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  /** An event as it was pushed, under the id that its producer was told. */
  record Pushed(UUID id, NewEvent event) {}

  private final JdbcClient jdbc;
  private final JsonMapper json = new JsonMapper();

  EventInboxRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtext('httpqueue: inbox'))";

  /**
   * Whether the caller's transaction may take from the inbox: one at a time, for two would mix up
   * the order.
   */
  boolean tryLock() {
    return jdbc.sql(TRY_LOCK).query(Boolean.class).single();
  }

  static final String TAKE =
      """
      SELECT * FROM (
        SELECT *, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS bytes_before
        FROM (
          SELECT * FROM event_inbox WHERE refused_at IS NULL ORDER BY id LIMIT :limit) AS first) AS sized
      WHERE bytes_before < :bytes
      ORDER BY id
      """;

  /** The oldest that wait, in the order in which they were pushed; at least one if there is one. */
  List<Pushed> oldest(int limit, long bytes) {
    return jdbc.sql(TAKE)
        .param("limit", limit)
        .param("bytes", bytes)
        .query((row, _) -> new Pushed(row.getObject("id", UUID.class), event(row)))
        .list();
  }

  private static final String DELETE = "DELETE FROM event_inbox WHERE id = ANY (:ids::uuid[])";

  /** Takes away what is accepted, in the same commit. */
  void delete(Collection<UUID> ids) {
    jdbc.sql(DELETE).param("ids", ids.toArray(UUID[]::new)).update();
  }

  private static final String REFUSE =
      """
      UPDATE event_inbox SET refused_at = now(), refused_because = :reason
      WHERE id = :id AND refused_at IS NULL
      """;

  /** Leaves an event that cannot be accepted where it is, and out of the way. */
  void refuse(UUID id, String reason) {
    jdbc.sql(REFUSE).param("id", id).param("reason", reason).update();
  }

  private NewEvent event(ResultSet row) throws SQLException {
    long ttlSeconds = row.getLong("ttl_seconds");
    OffsetDateTime deliverAt = row.getObject("deliver_at", OffsetDateTime.class);
    return new NewEvent(
        row.getString("namespace"),
        row.getString("name"),
        row.getString("payload").getBytes(StandardCharsets.UTF_8),
        json.readValue(row.getString("metadata"), TEXTS),
        ttlSeconds == 0 ? null : Duration.ofSeconds(ttlSeconds),
        new EventOptions(
            row.getString("idempotency_key"),
            deliverAt == null ? null : deliverAt.toInstant(),
            row.getString("ordering_key"),
            targets(row.getArray("webhook_ids"))));
  }

  private static Set<WebhookId> targets(@Nullable Array ids) throws SQLException {
    return ids == null
        ? Set.of()
        : Arrays.stream((UUID[]) ids.getArray()).map(WebhookId::new).collect(Collectors.toSet());
  }
}
