package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What a lane reads and claims of its webhook's deliveries. Every statement here is answered by a
 * partial index.
 */
@Repository
class DueDeliveryRepository {

  private static final String MAY_HAVE_ARRIVED =
      "the server stopped while the attempt ran; it may have arrived";

  private final JdbcClient jdbc;

  DueDeliveryRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  static final String FIRST_ATTEMPTS =
      """
      SELECT id, event_id, attempt_count + 1 AS attempt, max_attempts, ordering_key,
        now() AS asked_at, next_attempt_at AS due_at,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint AS time_left
      FROM delivery
      WHERE webhook_id = :webhook AND status = 'PENDING' AND id > :after
      ORDER BY id
      LIMIT :limit
      """;

  /** Deliveries that wait for their first attempt, oldest first. */
  List<DueDelivery> firstAttempts(WebhookId webhook, UUID after, int limit) {
    return jdbc.sql(FIRST_ATTEMPTS)
        .param("webhook", webhook.value())
        .param("after", after)
        .param("limit", limit)
        .query(DueDeliveryRepository::due)
        .list();
  }

  static final String RETRIES =
      """
      SELECT id, event_id, attempt_count + 1 AS attempt, max_attempts, ordering_key,
        now() AS asked_at, next_attempt_at AS due_at,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint AS time_left
      FROM delivery
      WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at <= now()
      ORDER BY next_attempt_at
      LIMIT :limit
      """;

  /** Deliveries whose next attempt is due, longest due first. */
  List<DueDelivery> retries(WebhookId webhook, int limit) {
    return jdbc.sql(RETRIES)
        .param("webhook", webhook.value())
        .param("limit", limit)
        .query(DueDeliveryRepository::due)
        .list();
  }

  // In the index the deliveries under way (next_attempt_at is null) come last, so the first one is
  // the next retry.
  static final String NEXT_RETRY =
      """
      SELECT greatest(0, extract(epoch FROM next_attempt_at - now()) * 1000)::bigint AS due_in
      FROM delivery
      WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at IS NOT NULL
      ORDER BY next_attempt_at
      LIMIT 1
      """;

  /** How long until the webhook's next retry is due; zero if one is due, empty if none waits. */
  Optional<Duration> nextRetry(WebhookId webhook) {
    return jdbc.sql(NEXT_RETRY)
        .param("webhook", webhook.value())
        .query((row, _) -> Duration.ofMillis(row.getLong("due_in")))
        .optional();
  }

  static final String IS_DUE =
      """
      SELECT EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'PENDING')
        OR EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at <= now())
        OR EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'SENDING' AND next_attempt_at IS NULL)
      """;

  /** Whether a lane that starts now would find something to do. */
  boolean isDue(WebhookId webhook) {
    return jdbc.sql(IS_DUE)
        .param("webhook", webhook.value())
        .query((row, _) -> row.getBoolean(1))
        .single();
  }

  // With EXISTS in their place Postgres may read all that waits for any webhook, into a hash table.
  static final String DUE_AMONG =
      """
      SELECT asked.webhook_id
      FROM unnest(:webhooks::uuid[]) AS asked (webhook_id),
        LATERAL (
          (SELECT FROM delivery
           WHERE delivery.webhook_id = asked.webhook_id AND status = 'PENDING'
             AND id > uuid_v7_floor(now() - :within * interval '1 ms')
           LIMIT 1)
          UNION ALL
          (SELECT FROM delivery
           WHERE delivery.webhook_id = asked.webhook_id AND status = 'RETRYING' AND next_attempt_at <= now()
           LIMIT 1)
          LIMIT 1) AS due
      """;

  /**
   * Which of these webhooks have a retry that is due, or a first attempt.
   *
   * @param within how old the first attempts are at most
   */
  List<WebhookId> dueAmong(Collection<WebhookId> webhooks, Duration within) {
    return jdbc.sql(DUE_AMONG)
        .param("webhooks", webhooks.stream().map(WebhookId::value).toArray(UUID[]::new))
        .param("within", within.toMillis())
        .query((row, _) -> new WebhookId(row.getObject("webhook_id", UUID.class)))
        .list();
  }

  // The lane's lease is held, so whatever is SENDING was left by a lane that is no more. Its
  // attempt was counted, and
  // may have arrived: it goes on record, and the next one is due at once.
  static final String RECOVER_INTERRUPTED =
      """
      WITH interrupted AS (
        UPDATE delivery
        SET status = CASE WHEN attempt_count < max_attempts THEN 'RETRYING' ELSE 'FAILED' END::delivery_status,
            next_attempt_at = CASE WHEN attempt_count < max_attempts THEN now() END,
            blocks = CASE WHEN :block AND ordering_key IS NOT NULL AND attempt_count >= max_attempts THEN true END
        WHERE webhook_id = :webhook AND status = 'SENDING' AND next_attempt_at IS NULL
          AND EXISTS (SELECT FROM delivery_lane WHERE webhook_id = :webhook AND epoch = :epoch AND running)
        RETURNING id, event_id, status, attempt_count, last_attempted_at),
      recorded AS (
        INSERT INTO delivery_attempt (delivery_id, number, started_at, duration_ms, error, error_class)
        SELECT id, attempt_count, last_attempted_at,
          greatest(0, extract(epoch FROM now() - last_attempted_at) * 1000)::integer,
          :error, 'INTERRUPTED'
        FROM interrupted
        ON CONFLICT DO NOTHING)
      SELECT id, event_id, attempt_count FROM interrupted WHERE status = 'FAILED'
      """;

  /**
   * Puts what a lane before left in flight up for its next attempt; returns those that had their
   * last one.
   *
   * @param block whether what is behind one that has no attempt left has to wait
   */
  List<EndedDelivery> recoverInterrupted(LaneStart lane, boolean block) {
    return jdbc.sql(RECOVER_INTERRUPTED)
        .param("block", block)
        .param("error", MAY_HAVE_ARRIVED)
        .param("webhook", lane.webhookId().value())
        .param("epoch", lane.epoch())
        .query(
            (row, _) ->
                new EndedDelivery(
                    row.getObject("id", UUID.class),
                    row.getObject("event_id", UUID.class),
                    DeliveryStatus.FAILED,
                    row.getInt("attempt_count"),
                    ErrorClass.INTERRUPTED,
                    MAY_HAVE_ARRIVED))
        .list();
  }

  static final String CLAIM =
      """
      UPDATE delivery
      SET status = 'SENDING', attempt_count = attempt_count + 1, last_attempted_at = now(), next_attempt_at = NULL
      WHERE id = ANY (
          ARRAY(SELECT id FROM delivery
                WHERE webhook_id = :webhook AND status = 'PENDING' ORDER BY id LIMIT :limit)
          || ARRAY(SELECT id FROM delivery
                WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at <= now()
                ORDER BY next_attempt_at LIMIT :limit))
        AND status IN ('PENDING', 'RETRYING') AND expires_at > now()
        AND EXISTS (SELECT FROM delivery_lane WHERE webhook_id = :webhook AND epoch = :epoch AND running)
      RETURNING id, event_id, attempt_count AS attempt, max_attempts, ordering_key,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint AS time_left
      """;

  /**
   * Claims by a write what the lane before may have had in flight: a delivery that kills its server
   * uses up its attempts instead of killing all servers.
   */
  List<DueDelivery> claimSuspects(LaneStart lane, int limit) {
    return jdbc.sql(CLAIM)
        .param("webhook", lane.webhookId().value())
        .param("epoch", lane.epoch())
        .param("limit", limit)
        .query((row, _) -> read(row, true))
        .list();
  }

  static final String MARK_SENDING =
      """
      UPDATE delivery
      SET status = 'SENDING', attempt_count = running.attempt, next_attempt_at = NULL,
          last_attempted_at = now() - running.age * interval '1 ms'
      FROM unnest(:ids::uuid[], :attempts::integer[], :ages::bigint[]) AS running (id, attempt, age)
      WHERE delivery.id = running.id AND delivery.id = ANY (:ids::uuid[])
        AND delivery.status IN ('PENDING', 'RETRYING') AND delivery.attempt_count = running.attempt - 1
      """;

  /** Shows that attempts have been running for a while, and counts them. */
  void markSending(List<RunningAttempt> attempts) {
    jdbc.sql(MARK_SENDING)
        .param("ids", attempts.stream().map(RunningAttempt::deliveryId).toArray(UUID[]::new))
        .param("attempts", attempts.stream().map(RunningAttempt::attempt).toArray(Integer[]::new))
        .param("ages", attempts.stream().map(a -> a.age().toMillis()).toArray(Long[]::new))
        .update();
  }

  static final String CANCEL_FIRST_ATTEMPTS =
      """
      UPDATE delivery SET status = 'CANCELLED', ended_because = 'its webhook was unregistered'
      WHERE id = ANY (ARRAY(
          SELECT id FROM delivery WHERE webhook_id = :webhook AND status = 'PENDING' ORDER BY id LIMIT :limit))
        AND status = 'PENDING'
      """;

  static final String CANCEL_RETRIES =
      """
      UPDATE delivery
      SET status = 'CANCELLED', ended_because = 'its webhook was unregistered', next_attempt_at = NULL
      WHERE id = ANY (ARRAY(
          SELECT id FROM delivery
          WHERE webhook_id = :webhook AND status IN ('SENDING', 'RETRYING') ORDER BY next_attempt_at LIMIT :limit))
        AND status IN ('SENDING', 'RETRYING')
      """;

  /**
   * Cancels at most so many of each kind of the webhook's unfinished deliveries; returns how many
   * those were.
   */
  int cancel(WebhookId webhook, int limit) {
    return update(CANCEL_FIRST_ATTEMPTS, webhook, limit) + update(CANCEL_RETRIES, webhook, limit);
  }

  private int update(String sql, WebhookId webhook, int limit) {
    return jdbc.sql(sql).param("webhook", webhook.value()).param("limit", limit).update();
  }

  private static DueDelivery due(ResultSet row, int n) throws SQLException {
    return read(row, false);
  }

  /**
   * Reads a row of what a lane works on.
   *
   * @param claimed whether it was claimed by a write
   */
  static DueDelivery read(ResultSet row, boolean claimed) throws SQLException {
    long nowNanos = System.nanoTime();
    return new DueDelivery(
        row.getObject("id", UUID.class),
        row.getObject("event_id", UUID.class),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        nowNanos - (claimed ? 0 : waited(row).toNanos()),
        nowNanos + Duration.ofMillis(row.getLong("time_left")).toNanos(),
        row.getString("ordering_key"),
        claimed);
  }

  /** Since its retry was due, or for a first attempt since it was made; by Postgres' clock. */
  private static Duration waited(ResultSet row) throws SQLException {
    OffsetDateTime dueAt = row.getObject("due_at", OffsetDateTime.class);
    Instant due =
        dueAt == null ? UuidV7.madeAt(row.getObject("id", UUID.class)) : dueAt.toInstant();
    return Duration.between(due, row.getObject("asked_at", OffsetDateTime.class).toInstant());
  }
}
