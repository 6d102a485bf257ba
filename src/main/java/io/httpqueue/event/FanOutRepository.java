package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
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
   * What one commit made.
   *
   * @param events those whose deliveries it made
   */
  record Made(List<UUID> events, NewDeliveries deliveries) {}

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

  // Each id is greater than the one before, so that ids sort as the events do. What the
  // event's own commit has made already is left out. These are in no order, and so have no key.
  static final String MAKE =
      """
      WITH due AS (
        SELECT event.id AS event_id, event.expires_at, webhook.id AS webhook_id,
          coalesce(webhook.retry_max_attempts, :maxAttempts) AS max_attempts,
          CASE WHEN event.deliver_at > now() THEN event.deliver_at END AS next_attempt_at
        FROM event
        CROSS JOIN LATERAL unnest(event.webhook_ids) AS target (webhook_id)
        JOIN webhook ON webhook.id = target.webhook_id AND webhook.deleted_at IS NULL
        WHERE event.id = ANY (:events::uuid[]) AND event.id BETWEEN :first AND :last
          AND (event.ordered_webhook_ids IS NULL OR webhook.id <> ALL (event.ordered_webhook_ids))
        ORDER BY event.id),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, status, max_attempts, expires_at, next_attempt_at)
        SELECT next_uuid_v7(), event_id, webhook_id,
          CASE WHEN next_attempt_at IS NULL THEN 'PENDING' ELSE 'RETRYING' END::delivery_status,
          max_attempts, expires_at, next_attempt_at
        FROM due
        RETURNING webhook_id, next_attempt_at)
      SELECT webhook_id, uuid_v7_floor(statement_timestamp()) AS made_from,
        CASE WHEN bool_and(next_attempt_at IS NOT NULL)
          THEN ceil(extract(epoch FROM min(next_attempt_at) - now()) * 1000)::bigint ELSE 0 END AS due_in
      FROM made GROUP BY webhook_id
      """;

  /**
   * Makes the deliveries of rows that nobody has taken yet, all in one commit; returns what was
   * made.
   */
  Made make(Collection<UUID> fanOuts, int maxAttempts) {
    return transaction.execute(
        status -> {
          List<UUID> events = take(fanOuts);
          return new Made(
              events, events.isEmpty() ? new NewDeliveries() : insert(events, maxAttempts));
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

  private NewDeliveries insert(List<UUID> events, int maxAttempts) {
    NewDeliveries made = new NewDeliveries();
    jdbc.sql(MAKE)
        .param("events", events.toArray(UUID[]::new))
        .param("first", Collections.min(events))
        .param("last", Collections.max(events))
        .param("maxAttempts", maxAttempts)
        .query(
            row -> {
              made.add(
                  new WebhookId(row.getObject("webhook_id", UUID.class)),
                  row.getObject("made_from", UUID.class),
                  Duration.ofMillis(row.getLong("due_in")));
            });
    return made;
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

  static final String OLDEST_AGE =
      """
      SELECT extract(epoch FROM now() - created_at)
      FROM fan_out
      ORDER BY id
      LIMIT 1
      """;

  /** How long the oldest row has been waiting; zero where there is none. */
  Duration oldestAge() {
    return jdbc.sql(OLDEST_AGE)
        .query(Double.class)
        .optional()
        .map(seconds -> Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))))
        .orElse(Duration.ZERO);
  }
}
