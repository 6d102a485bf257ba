package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What a lane reads of deliveries that are in an order. Every statement here is answered by the
 * index of those that have a key and are unfinished. Keys are compared byte by byte: an index in
 * the order of a language would not survive an update of the system's library.
 */
@Repository
class KeyOrderRepository {

  private final JdbcClient jdbc;

  KeyOrderRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A key that has unfinished deliveries.
   *
   * @param due whether the first of them is
   */
  record Key(String value, boolean due) {}

  // Jumps from key to key: its cost grows with the keys, not with what waits behind each.
  private static final String KEYS =
      """
      WITH RECURSIVE keys AS (
        (SELECT ordering_key COLLATE "C" AS key, status, next_attempt_at, 1 AS number FROM delivery
         WHERE webhook_id = :webhook AND ordering_key COLLATE "C" %s :from
           AND ordering_key IS NOT NULL AND status IN ('PENDING', 'SENDING', 'RETRYING')
         ORDER BY ordering_key COLLATE "C", id LIMIT 1)
        UNION ALL
        SELECT next.*, keys.number + 1 FROM keys, LATERAL (
          SELECT ordering_key COLLATE "C", status, next_attempt_at FROM delivery
          WHERE webhook_id = :webhook AND ordering_key COLLATE "C" > keys.key
            AND ordering_key IS NOT NULL AND status IN ('PENDING', 'SENDING', 'RETRYING')
          ORDER BY ordering_key COLLATE "C", id LIMIT 1) AS next
        WHERE keys.number < :limit)
      SELECT key, status = 'PENDING' OR status = 'RETRYING' AND next_attempt_at <= now() AS due FROM keys
      """;

  static final String KEYS_FROM_THE_START = KEYS.formatted(">=");
  static final String KEYS_AFTER = KEYS.formatted(">");

  /**
   * Keys that have unfinished deliveries, in their order.
   *
   * @param after the last key of the page before; null for the first page
   */
  List<Key> keys(WebhookId webhook, @Nullable String after, int limit) {
    return jdbc.sql(after == null ? KEYS_FROM_THE_START : KEYS_AFTER)
        .param("webhook", webhook.value())
        .param("from", after == null ? "" : after)
        .param("limit", limit)
        .query((row, _) -> new Key(row.getString("key"), row.getBoolean("due")))
        .list();
  }

  static final String HEADS =
      """
      SELECT head.id, head.event_id, head.attempt_count + 1 AS attempt, head.max_attempts, head.ordering_key,
        now() AS asked_at, head.next_attempt_at AS due_at,
        (extract(epoch FROM head.expires_at - now()) * 1000)::bigint AS time_left
      FROM unnest(:keys::text[]) AS wanted (key)
      CROSS JOIN LATERAL (
        SELECT * FROM delivery
        WHERE webhook_id = :webhook AND ordering_key COLLATE "C" = wanted.key
          AND ordering_key IS NOT NULL AND status IN ('PENDING', 'SENDING', 'RETRYING')
        ORDER BY id LIMIT 1) AS head
      WHERE (head.status = 'PENDING' OR head.status = 'RETRYING' AND head.next_attempt_at <= now())
        -- what is over its time is to be ended, however long it would have to wait
        AND NOT (:block AND head.expires_at > now() AND EXISTS (
          SELECT FROM delivery AS blocking
          WHERE blocking.webhook_id = :webhook AND blocking.ordering_key COLLATE "C" = wanted.key
            AND blocking.blocks AND blocking.status = 'FAILED' AND blocking.id < head.id))
      """;

  /**
   * The first unfinished delivery of each of the keys, where that is due, and not held back unless
   * its time is over.
   *
   * @param block whether one that has failed for good keeps those behind it back
   */
  List<DueDelivery> heads(WebhookId webhook, Collection<String> keys, boolean block) {
    return jdbc.sql(HEADS)
        .param("webhook", webhook.value())
        .param("keys", keys.toArray(String[]::new))
        .param("block", block)
        .query((row, _) -> DueDeliveryRepository.read(row, false))
        .list();
  }

  static final String IS_DUE_AFTER =
      """
      SELECT EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'PENDING' AND id > :after)
        OR EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'RETRYING' AND next_attempt_at <= now())
        OR EXISTS (SELECT FROM delivery WHERE webhook_id = :webhook AND status = 'SENDING' AND next_attempt_at IS NULL)
      """;

  /** Whether anything may be due that a lane which has read up to an id did not see. */
  boolean isDueAfter(WebhookId webhook, UUID after) {
    return jdbc.sql(IS_DUE_AFTER)
        .param("webhook", webhook.value())
        .param("after", after)
        .query((row, _) -> row.getBoolean(1))
        .single();
  }

  static final String CLAIM =
      """
      UPDATE delivery
      SET status = 'SENDING', attempt_count = attempt_count + 1, last_attempted_at = now(), next_attempt_at = NULL
      WHERE id = ANY (:ids::uuid[]) AND status IN ('PENDING', 'RETRYING') AND expires_at > now()
        AND EXISTS (SELECT FROM delivery_lane WHERE webhook_id = :webhook AND epoch = :epoch AND running)
      RETURNING id, event_id, attempt_count AS attempt, max_attempts, ordering_key,
        (extract(epoch FROM expires_at - now()) * 1000)::bigint AS time_left
      """;

  /** Claims deliveries by a write, as {@link DueDeliveryRepository#claimSuspects} does. */
  List<DueDelivery> claim(LaneStart lane, Collection<UUID> ids) {
    return jdbc.sql(CLAIM)
        .param("webhook", lane.webhookId().value())
        .param("epoch", lane.epoch())
        .param("ids", ids.toArray(UUID[]::new))
        .query((row, _) -> DueDeliveryRepository.read(row, true))
        .list();
  }

  static final String TAKE_BACK =
      """
      UPDATE delivery
      SET status = 'RETRYING', attempt_count = claimed.attempt - 1, next_attempt_at = now()
      FROM unnest(:ids::uuid[], :attempts::integer[]) AS claimed (id, attempt)
      WHERE delivery.id = claimed.id AND delivery.id = ANY (:ids::uuid[])
        AND delivery.status = 'SENDING' AND delivery.attempt_count = claimed.attempt
        AND EXISTS (SELECT FROM delivery_lane WHERE webhook_id = :webhook AND epoch = :epoch AND running)
      """;

  /** Takes back claims of what was not sent: they are due, and have used no attempt. */
  void takeBack(LaneStart lane, Collection<DueDelivery> claimed) {
    jdbc.sql(TAKE_BACK)
        .param("webhook", lane.webhookId().value())
        .param("epoch", lane.epoch())
        .param("ids", claimed.stream().map(DueDelivery::id).toArray(UUID[]::new))
        .param("attempts", claimed.stream().map(DueDelivery::attempt).toArray(Integer[]::new))
        .update();
  }
}
