package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes deliveries from events, told which: nothing here looks for work by scanning, but the sweep.
 */
@Repository
class FanOutRepository {

  /**
   * What a commit made.
   *
   * @param webhooks those that have new deliveries
   * @param from all of the new ids are greater
   */
  record Made(Set<WebhookId> webhooks, UUID from) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  FanOutRepository(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  static final String TAKE =
      """
      DELETE FROM fan_out
      WHERE id IN (SELECT id FROM fan_out WHERE id = ANY (:ids::uuid[]) FOR UPDATE SKIP LOCKED)
      RETURNING event_ids
      """;

  // Each id is a microsecond later than the one before, so that ids sort as the events do.
  static final String MAKE =
      """
      WITH due AS (
        SELECT event.id AS event_id, event.expires_at, webhook.id AS webhook_id,
          coalesce(webhook.retry_max_attempts, :maxAttempts) AS max_attempts
        FROM event
        CROSS JOIN LATERAL unnest(event.webhook_ids) AS target (webhook_id)
        JOIN webhook ON webhook.id = target.webhook_id AND webhook.deleted_at IS NULL
        WHERE event.id = ANY (:events::uuid[]) AND event.id BETWEEN :first AND :last
        ORDER BY event.id),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
        SELECT uuid_v7(statement_timestamp() + row_number() OVER () * interval '1 microsecond'),
          event_id, webhook_id, max_attempts, expires_at
        FROM due
        RETURNING webhook_id)
      SELECT DISTINCT webhook_id, uuid_v7_floor(statement_timestamp()) AS made_from FROM made
      """;

  /** Makes the deliveries of rows that nobody has taken yet, all in one commit. */
  Made make(Collection<UUID> fanOuts, int maxAttempts) {
    return transaction.execute(
        status -> {
          List<UUID> events = take(fanOuts);
          return events.isEmpty()
              ? new Made(Set.of(), new UUID(0, 0))
              : insert(events, maxAttempts);
        });
  }

  private List<UUID> take(Collection<UUID> fanOuts) {
    return jdbc
        .sql(TAKE)
        .param("ids", fanOuts.toArray(UUID[]::new))
        .query((row, _) -> List.of((UUID[]) row.getArray("event_ids").getArray()))
        .list()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private Made insert(List<UUID> events, int maxAttempts) {
    Set<WebhookId> webhooks = new HashSet<>();
    UUID[] from = {new UUID(0, 0)};
    jdbc.sql(MAKE)
        .param("events", events.toArray(UUID[]::new))
        .param("first", Collections.min(events))
        .param("last", Collections.max(events))
        .param("maxAttempts", maxAttempts)
        .query(
            row -> {
              webhooks.add(new WebhookId(row.getObject("webhook_id", UUID.class)));
              from[0] = row.getObject("made_from", UUID.class);
            });
    return new Made(webhooks, from[0]);
  }

  static final String LEFT_BEHIND =
      """
      SELECT id FROM fan_out
      WHERE created_at < now() - :age * interval '1 ms'
      ORDER BY id
      LIMIT :limit
      """;

  /** Rows that have been waiting for longer than the age given, oldest first. */
  List<UUID> leftBehind(Duration age, int limit) {
    return jdbc.sql(LEFT_BEHIND)
        .param("age", age.toMillis())
        .param("limit", limit)
        .query((row, _) -> row.getObject("id", UUID.class))
        .list();
  }
}
