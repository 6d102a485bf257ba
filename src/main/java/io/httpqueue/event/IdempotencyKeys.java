package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The keys that pushes were made with: the table {@code idempotency_key}. Each slot has a unique
 * index of its own, so a key could be taken in two slots by pushes of which neither sees the other.
 * That is kept out by a lock: whoever takes keys holds the current slot, in a statement before, and
 * the next slot begins when nobody holds it. So what was taken in an earlier slot is committed, and
 * seen. Thread-safe.
 */
@Component
public class IdempotencyKeys {

  private static final Logger log = LoggerFactory.getLogger(IdempotencyKeys.class);
  private static final int SLOTS = 6;

  /** With five, the oldest would expire just when its turn comes. */
  private static final int SLOTS_IN_A_WINDOW = 4;

  /** Sent together with the statement that takes keys, in one transaction. */
  static final String HOLD_SLOT =
      "SELECT pg_advisory_xact_lock_shared(hashtext('httpqueue: idempotency slot'))";

  /** A key and whose it is. */
  record Key(String namespace, String key) {}

  /** The push that has a key. */
  record Holder(UUID eventId, byte[] requestHash, List<WebhookId> webhookIds) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Duration window;

  IdempotencyKeys(JdbcClient jdbc, TransactionTemplate transaction, IntakeSettings settings) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.window = settings.idempotencyWindow();
  }

  static final String FIND =
      """
      SELECT namespace, key, event_id, request_hash, webhook_ids
      FROM unnest(:namespaces::text[], :keys::text[]) AS asked (namespace, key)
      JOIN idempotency_key USING (namespace, key)
      WHERE expires_at > now()
      """;

  /** Who has these keys; without those that nobody has, or not any more. */
  Map<Key, Holder> find(List<Key> keys) {
    Map<Key, Holder> holders = new HashMap<>();
    jdbc.sql(FIND)
        .param("namespaces", keys.stream().map(Key::namespace).toArray(String[]::new))
        .param("keys", keys.stream().map(Key::key).toArray(String[]::new))
        .query(
            row -> {
              UUID[] webhooks = (UUID[]) row.getArray("webhook_ids").getArray();
              holders.put(
                  new Key(row.getString("namespace"), row.getString("key")),
                  new Holder(
                      row.getObject("event_id", UUID.class),
                      row.getBytes("request_hash"),
                      Arrays.stream(webhooks).map(WebhookId::new).toList()));
            });
    return holders;
  }

  private static final String SLOT_ENDED =
      "SELECT slot FROM idempotency_slot WHERE since <= now() - :age * interval '1 ms'";
  private static final String HAS_LIVE_KEYS =
      "SELECT EXISTS (SELECT FROM idempotency_key WHERE slot = :slot AND expires_at > now())";
  private static final String LOCK_SLOT =
      """
      SELECT set_config('lock_timeout', '3s', true),
        pg_advisory_xact_lock(hashtext('httpqueue: idempotency slot'))
      """;
  private static final String NEXT_SLOT =
      "UPDATE idempotency_slot SET slot = :next, since = now() WHERE slot = :current";

  /**
   * Begins the next slot where the current one has lasted for its share of the window, and empties
   * it first. To be called every now and then; where it is not, the current slot grows. Safe on
   * several servers at once.
   *
   * @throws org.springframework.dao.DataAccessException if Postgres is away, or the lock was not to
   *     be had in a few seconds; the next call does it
   */
  public void turn() {
    jdbc.sql(SLOT_ENDED)
        .param("age", window.dividedBy(SLOTS_IN_A_WINDOW).toMillis())
        .query(Integer.class)
        .optional()
        .ifPresent(this::turnFrom);
  }

  private void turnFrom(int current) {
    int next = (current + 1) % SLOTS;
    if (jdbc.sql(HAS_LIVE_KEYS).param("slot", next).query(Boolean.class).single()) {
      // The window is shorter than it was: the current slot lasts until they have expired.
      return;
    }
    transaction.executeWithoutResult(
        _ -> {
          jdbc.sql(LOCK_SLOT).query().listOfRows();
          boolean mine =
              jdbc.sql(NEXT_SLOT).param("next", next).param("current", current).update() == 1;
          if (mine) {
            jdbc.sql("TRUNCATE idempotency_key_" + next).update();
            log.debug("Idempotency keys go to slot {}", next);
          }
        });
  }
}
