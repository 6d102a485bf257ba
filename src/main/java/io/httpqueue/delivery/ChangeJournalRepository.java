package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code delivery_watch} and {@code delivery_change}. */
@Repository
class ChangeJournalRepository {

  /**
   * One row of the journal.
   *
   * @param change empty if its delivery is not kept any more
   */
  record Entry(long position, Optional<DeliveryChange> change) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  ChangeJournalRepository(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  // Ten minutes beyond the last renewal. A row that is nearly over counts as over: somebody may see
  // it so already, and not write down what he changes.
  private static final String RENEW =
      """
      INSERT INTO delivery_watch (namespace, since, live_until)
      SELECT namespace, (SELECT last_value FROM delivery_change_position), now() + interval '12 minutes'
      FROM unnest(:namespaces::text[]) AS namespace
      ON CONFLICT (namespace) DO UPDATE
      SET since = CASE WHEN delivery_watch.live_until > now() + interval '1 minute'
            THEN delivery_watch.since ELSE excluded.since END,
          live_until = excluded.live_until
      """;

  /** Has the changes in these namespaces written down for the next minutes. */
  void renew(Collection<String> namespaces) {
    jdbc.sql(RENEW)
        .param("namespaces", namespaces.stream().sorted().toArray(String[]::new))
        .update();
  }

  private static final String LAST_POSITION = "SELECT last_value FROM delivery_change_position";

  /** The last position that anybody took, committed or not. */
  long lastPosition() {
    return jdbc.sql(LAST_POSITION).query(Long.class).single();
  }

  private static final String IS_KEPT =
      """
      SELECT :position >= (SELECT position FROM delivery_change_dropped)
        AND EXISTS (SELECT FROM delivery_watch
          WHERE namespace = :namespace AND live_until > now() AND since <= :position)
      """;

  /** Whether every change in the namespace after this position was written down and is kept. */
  boolean isKept(String namespace, long position) {
    return jdbc.sql(IS_KEPT)
        .param("namespace", namespace)
        .param("position", position)
        .query(Boolean.class)
        .single();
  }

  private static final String WRITERS =
      """
      SELECT DISTINCT virtualtransaction FROM pg_locks
      WHERE locktype = 'relation' AND relation = :table::regclass AND mode = 'RowExclusiveLock' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  /** The transactions that are changing the journal right now. */
  Set<String> writersOfChanges() {
    return writers("delivery_change");
  }

  /** The transactions that are changing deliveries right now. */
  Set<String> writersOfDeliveries() {
    return writers("delivery");
  }

  private Set<String> writers(String table) {
    return new HashSet<>(jdbc.sql(WRITERS).param("table", table).query(String.class).list());
  }

  static final String READ =
      DeliveryRows.inOrderOfChange(
          """
          SELECT change.position, change.changed_at, change.delivery_id AS id, change.webhook_id,
            delivery.event_id, shown_status(change.status, change.attempt_count) AS status,
            change.attempt_count, change.max_attempts,
            delivery.created_at, change.last_attempted_at, change.next_attempt_at, change.expires_at,
            change.ended_because, delivery.ordering_key, delivery.replay_id
          FROM (
            SELECT * FROM delivery_change
            WHERE namespace = :namespace AND position > :after AND position <= :upTo
              AND (:webhook::uuid IS NULL OR webhook_id = :webhook)
            ORDER BY position LIMIT :limit) AS change
          LEFT JOIN LATERAL (SELECT * FROM delivery WHERE id = change.delivery_id) AS delivery ON true
          """);

  /** Changes in a namespace, or of one webhook in it, in their order. */
  List<Entry> read(
      String namespace, @Nullable WebhookId webhook, long after, long upTo, int limit) {
    return jdbc.sql(READ)
        .param("namespace", namespace)
        .param("webhook", webhook == null ? null : webhook.value())
        .param("after", after)
        .param("upTo", upTo)
        .param("limit", limit)
        .query(ChangeJournalRepository::readEntry)
        .list();
  }

  private static Entry readEntry(ResultSet row, int rowNumber) throws SQLException {
    long position = row.getLong("position");
    if (row.getObject("event_id", UUID.class) == null) {
      return new Entry(position, Optional.empty());
    }
    return new Entry(
        position,
        Optional.of(
            new DeliveryChange(
                position,
                row.getObject("changed_at", OffsetDateTime.class).toInstant(),
                DeliveryRows.read(row, rowNumber))));
  }

  // In the first half of its turn, the table whose turn is next holds nothing that is younger than
  // twenty minutes, and will get nothing new for minutes.
  private static final String TO_BE_EMPTIED =
      """
      SELECT ((extract(epoch FROM now())::bigint / 600 + 1) % 4)::integer AS turn
      WHERE extract(epoch FROM now())::bigint % 600 < 300
      """;

  /** The oldest of the journal's tables, if it may be emptied now. */
  Optional<Integer> oldestTurn() {
    return jdbc.sql(TO_BE_EMPTIED).query(Integer.class).optional();
  }

  /** Empties one of the journal's tables, unless it is empty or somebody reads it for long. */
  void empty(int turn) {
    String table = "delivery_change_" + turn;
    // Read before the lock: nothing is added to a table that is as old as this.
    jdbc.sql("SELECT max(position) FROM " + table)
        .query(Long.class)
        .optional()
        .ifPresent(last -> transaction.executeWithoutResult(_ -> empty(table, last)));
  }

  private static final String DROP_UP_TO =
      "UPDATE delivery_change_dropped SET position = greatest(position, :last)";

  private void empty(String table, long last) {
    jdbc.sql("SET LOCAL lock_timeout = '2s'").update();
    jdbc.sql("TRUNCATE " + table).update();
    jdbc.sql(DROP_UP_TO).param("last", last).update();
  }
}
