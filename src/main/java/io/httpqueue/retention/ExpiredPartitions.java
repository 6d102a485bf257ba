package io.httpqueue.retention;

import io.httpqueue.database.HistoryLock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Drops partitions whose rows are all older than the retention. A partition that holds an
 * unfinished delivery stays, as do its attempts, and as does an event that an unfinished delivery
 * or fan-out still needs, or that was pushed by SQL and is not accepted yet.
 */
final class ExpiredPartitions {

  private static final Logger log = LoggerFactory.getLogger(ExpiredPartitions.class);

  private final JdbcTemplate connections;

  ExpiredPartitions(DataSource dataSource) {
    this.connections = new JdbcTemplate(dataSource);
  }

  /**
   * Does nothing while another server is at it.
   *
   * @param keep of deliveries and attempts
   * @param keepEvents of events, and so of payloads
   */
  void drop(Duration keep, Duration keepEvents) {
    // To detach without locking out must not be in a transaction: all on one bare connection.
    connections.execute(
        (java.sql.Connection connection) -> {
          JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
          if (HistoryLock.tryTake(jdbc)) {
            try {
              jdbc.sql("SET lock_timeout = '3s'").update();
              dropAll(jdbc, keep, keepEvents);
            } finally {
              jdbc.sql("RESET lock_timeout").update();
              HistoryLock.release(jdbc);
            }
          }
          return true;
        });
  }

  private void dropAll(JdbcClient jdbc, Duration keep, Duration keepEvents) {
    // In this order: attempts go by their deliveries, and few deliveries are left to ask once
    // the oldest are gone.
    for (Partition partition : expired(jdbc, "delivery", keep)) {
      if (!hasUnfinished(jdbc, partition)) {
        drop(jdbc, partition);
      }
    }
    for (Partition partition : expired(jdbc, "delivery_attempt", keep)) {
      if (!exists(jdbc, partition.name().replace("delivery_attempt", "delivery"))) {
        drop(jdbc, partition);
      }
    }
    for (Partition partition : expired(jdbc, "event", keepEvents)) {
      if (!isNeeded(jdbc, partition)) {
        drop(jdbc, partition);
      }
    }
  }

  /**
   * @param attached whether it is still part of its parent; a run that broke off can leave one that
   *     is not
   * @param pending whether a run broke off while it detached it
   * @param low the smallest id that belongs into it
   * @param high the smallest id that is beyond it
   */
  private record Partition(
      String parent, String name, boolean attached, boolean pending, String low, String high) {}

  private static final String EXPIRED =
      """
      SELECT relname AS name,
             inhrelid IS NOT NULL AS attached,
             coalesce(inhdetachpending, false) AS pending,
             uuid_v7_floor(day::timestamp AT TIME ZONE 'UTC')::text AS low,
             uuid_v7_floor((day + 1)::timestamp AT TIME ZONE 'UTC')::text AS high
      FROM pg_class
           LEFT JOIN pg_inherits ON inhrelid = pg_class.oid,
           LATERAL (SELECT to_date(right(relname, 8), 'YYYYMMDD')) AS days (day)
      WHERE relnamespace = current_schema()::regnamespace
        AND relkind = 'r'
        AND relname ~ ('^' || :parent || '_[0-9]{8}$')
        AND (day + 1)::timestamp AT TIME ZONE 'UTC' <= now() - make_interval(days => :keep)
      ORDER BY relname
      """;

  private static List<Partition> expired(JdbcClient jdbc, String parent, Duration keep) {
    return jdbc.sql(EXPIRED)
        .param("parent", parent)
        .param("keep", (int) keep.toDays())
        .query(
            (row, _) ->
                new Partition(
                    parent,
                    row.getString("name"),
                    row.getBoolean("attached"),
                    row.getBoolean("pending"),
                    row.getString("low"),
                    row.getString("high")))
        .list();
  }

  private static boolean hasUnfinished(JdbcClient jdbc, Partition partition) {
    // Two looks, as each is the condition of a partial index.
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM %1$s WHERE status = 'PENDING')
                OR EXISTS (SELECT FROM %1$s WHERE status IN ('SENDING', 'RETRYING'))
            """
                .formatted(partition.name()))
        .query(Boolean.class)
        .single();
  }

  private static final String EXISTS = "SELECT to_regclass(:name) IS NOT NULL";

  private static boolean exists(JdbcClient jdbc, String name) {
    return jdbc.sql(EXISTS).param("name", name).query(Boolean.class).single();
  }

  // As above two looks: the few that are unfinished are searched, not all deliveries of that day.
  // All in one statement: what is moved from one of these tables to another meanwhile is in one.
  static final String IS_NEEDED =
      """
      SELECT EXISTS (
               SELECT FROM event_inbox
               WHERE refused_at IS NULL AND id >= :low::uuid AND id < :high::uuid)
          OR EXISTS (
               SELECT FROM delivery
               WHERE status = 'PENDING' AND event_id >= :low::uuid AND event_id < :high::uuid)
          OR EXISTS (
               SELECT FROM delivery
               WHERE status IN ('SENDING', 'RETRYING')
                 AND event_id >= :low::uuid AND event_id < :high::uuid)
          OR EXISTS (
               SELECT FROM fan_out, unnest(event_ids) AS event_id
               WHERE event_id >= :low::uuid AND event_id < :high::uuid)
      """;

  private static boolean isNeeded(JdbcClient jdbc, Partition partition) {
    return jdbc.sql(IS_NEEDED)
        .param("low", partition.low())
        .param("high", partition.high())
        .query(Boolean.class)
        .single();
  }

  /**
   * Detaches first, in the way that lets reads and writes of the other partitions go on: a plain
   * drop would wait for every reader, and everybody else would wait behind it.
   */
  private static void drop(JdbcClient jdbc, Partition partition) {
    if (partition.attached()) {
      jdbc.sql(
              "ALTER TABLE %s DETACH PARTITION %s %s"
                  .formatted(
                      partition.parent(),
                      partition.name(),
                      partition.pending() ? "FINALIZE" : "CONCURRENTLY"))
          .update();
    }
    jdbc.sql("DROP TABLE " + partition.name()).update();
    log.info("Dropped {}: its time is over", partition.name());
  }
}
