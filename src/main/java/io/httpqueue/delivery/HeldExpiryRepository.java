package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Ends deliveries whose time is over while no lane works on them. */
@Repository
class HeldExpiryRepository {

  private static final String ENDED = "its time to live was over";

  private final JdbcClient jdbc;

  HeldExpiryRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  // Held by their owner or by the server; waiting for their receiver; waiting for their turn.
  static final String UNATTENDED =
      """
      SELECT id FROM webhook WHERE held
      UNION
      SELECT webhook_id FROM delivery_lane WHERE greatest(waits_until, quiet_until) > now()
      """;

  /** The webhooks whose deliveries may be waiting without a lane. */
  List<WebhookId> unattended() {
    return jdbc.sql(UNATTENDED)
        .query((row, _) -> new WebhookId(row.getObject("id", UUID.class)))
        .list();
  }

  /**
   * How far a walk has come.
   *
   * @param at when the next attempt is due; the start of time for deliveries that wait for their
   *     first one
   */
  record Position(OffsetDateTime at, UUID id) {}

  /**
   * One piece of a walk.
   *
   * @param expired those that it ended
   * @param position where the next one goes on; empty at the end
   */
  record Step(List<EndedDelivery> expired, Optional<Position> position) {}

  static final String EXPIRE_FIRST_ATTEMPTS =
      """
      WITH walked AS (
        SELECT id, expires_at FROM delivery
        WHERE webhook_id = :webhook AND status = 'PENDING' AND id > :after
        ORDER BY id LIMIT :limit),
      expired AS (
        UPDATE delivery SET status = 'EXPIRED', ended_because = 'its time to live was over'
        WHERE id = ANY (ARRAY(SELECT id FROM walked WHERE expires_at <= now())) AND status = 'PENDING'
        RETURNING id, event_id, attempt_count)
      SELECT id, event_id, attempt_count, NULL::timestamptz AS at FROM expired
      UNION ALL
      (SELECT id, NULL, NULL, '-infinity' FROM walked ORDER BY id DESC LIMIT 1)
      """;

  /** Looks at the next so many that wait for their first attempt. */
  Step expireFirstAttempts(WebhookId webhook, Position after, int limit) {
    return step(
        jdbc.sql(EXPIRE_FIRST_ATTEMPTS)
            .param("webhook", webhook.value())
            .param("after", after.id())
            .param("limit", limit));
  }

  // No attempt is planned for later than the end, so those that are over are among those that are
  // due.
  static final String EXPIRE_RETRIES =
      """
      WITH walked AS (
        SELECT id, next_attempt_at, expires_at FROM delivery
        WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at <= now()
          AND next_attempt_at >= :at AND (next_attempt_at, id) > (:at, :after)
        ORDER BY next_attempt_at, id LIMIT :limit),
      expired AS (
        UPDATE delivery
        SET status = 'EXPIRED', next_attempt_at = NULL, ended_because = 'its time to live was over'
        WHERE id = ANY (ARRAY(SELECT id FROM walked WHERE expires_at <= now())) AND status = 'RETRYING'
        RETURNING id, event_id, attempt_count)
      SELECT id, event_id, attempt_count, NULL::timestamptz AS at FROM expired
      UNION ALL
      (SELECT id, NULL, NULL, next_attempt_at FROM walked ORDER BY next_attempt_at DESC, id DESC LIMIT 1)
      """;

  /** Looks at the next so many whose next attempt is due. */
  Step expireRetries(WebhookId webhook, Position after, int limit) {
    return step(
        jdbc.sql(EXPIRE_RETRIES)
            .param("webhook", webhook.value())
            .param("at", after.at())
            .param("after", after.id())
            .param("limit", limit));
  }

  private static Step step(JdbcClient.StatementSpec statement) {
    List<EndedDelivery> expired = new ArrayList<>();
    List<Position> last = new ArrayList<>();
    statement.query(
        row -> {
          UUID id = row.getObject("id", UUID.class);
          UUID eventId = row.getObject("event_id", UUID.class);
          if (eventId == null) {
            last.add(new Position(row.getObject("at", OffsetDateTime.class), id));
          } else {
            expired.add(
                new EndedDelivery(
                    id, eventId, DeliveryStatus.EXPIRED, row.getInt("attempt_count"), null, ENDED));
          }
        });
    return new Step(expired, last.stream().findFirst());
  }
}
