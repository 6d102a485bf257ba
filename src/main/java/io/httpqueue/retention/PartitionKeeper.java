package io.httpqueue.retention;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the partitions of the coming days, and drops those whose time is over. Days are those of
 * UTC by the database's clock. Safe on several servers at once.
 */
public final class PartitionKeeper {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final ExpiredPartitions expired;
  private final RetentionSettings settings;

  /**
   * @param dataSource on a migrated database
   */
  public PartitionKeeper(DataSource dataSource, RetentionSettings settings) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    this.expired = new ExpiredPartitions(dataSource);
    this.settings = settings;
  }

  /**
   * Does both; to be called every now and then, at least daily.
   *
   * @throws org.springframework.dao.DataAccessException if Postgres is away, or a lock was not to
   *     be had in a few seconds; the next call goes on where this one stopped
   */
  public void keep() {
    makeAhead();
    expired.drop(settings.keep(), settings.keepEvents());
    jdbc.sql(FORGET_REFUSED).param("keep", (int) settings.keep().toDays()).update();
  }

  // There are few of them: each is a mistake of a producer.
  private static final String FORGET_REFUSED =
      """
      DELETE FROM event_inbox WHERE id IN (
        SELECT id FROM event_inbox WHERE refused_at < now() - make_interval(days => :keep)
        ORDER BY refused_at LIMIT 10000)
      """;

  /**
   * Makes what is missing from yesterday, for servers whose clocks are slow, to the days ahead; and
   * where events pushed by SQL still wait, that is of days on which no server ran.
   */
  public void makeAhead() {
    transactions.executeWithoutResult(
        _ -> {
          jdbc.sql(TAKE_TURNS).query().listOfRows();
          missing().forEach(this::make);
        });
  }

  // Only ever held for the milliseconds that it takes to make the partitions.
  private static final String TAKE_TURNS =
      """
      SELECT set_config('lock_timeout', '5s', true),
             pg_advisory_xact_lock(hashtext('httpqueue: make partitions'))
      """;

  private record Missing(String parent, String name, String low, String high) {}

  private static final String MISSING =
      """
      SELECT parent,
             parent || to_char(day, '_YYYYMMDD') AS name,
             uuid_v7_floor(day::timestamp AT TIME ZONE 'UTC')::text AS low,
             uuid_v7_floor((day + 1)::timestamp AT TIME ZONE 'UTC')::text AS high
      FROM unnest(ARRAY['event', 'delivery', 'delivery_attempt']) AS parent,
           generate_series(-:keep, :ahead) AS offset_days,
           LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date + offset_days) AS days (day)
      WHERE (offset_days >= -1 OR parent = 'event' AND EXISTS (
          SELECT FROM event_inbox
          WHERE refused_at IS NULL
            AND id >= uuid_v7_floor(day::timestamp AT TIME ZONE 'UTC')
            AND id < uuid_v7_floor((day + 1)::timestamp AT TIME ZONE 'UTC')))
        AND to_regclass(parent || to_char(day, '_YYYYMMDD')) IS NULL
      ORDER BY day, parent
      """;

  private List<Missing> missing() {
    return jdbc.sql(MISSING)
        .param("keep", (int) settings.keep().toDays())
        .param("ahead", (int) settings.ahead().toDays())
        .query(
            (row, _) ->
                new Missing(
                    row.getString("parent"),
                    row.getString("name"),
                    row.getString("low"),
                    row.getString("high")))
        .list();
  }

  /**
   * Made apart and then attached: that needs a lock which lets reads and writes of the parent go
   * on, where {@code PARTITION OF} would lock everybody out.
   */
  private void make(Missing partition) {
    jdbc.sql(
            "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (%s)"
                .formatted(partition.name(), partition.parent(), storage(partition.parent())))
        .update();
    jdbc.sql(
            "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
                .formatted(partition.parent(), partition.name(), partition.low(), partition.high()))
        .update();
  }

  private static final String MADE_UNTIL =
      """
      SELECT min(last_day) FROM (
        SELECT max(to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD')) AS last_day
        FROM unnest(ARRAY['event', 'delivery', 'delivery_attempt']) AS parent
             LEFT JOIN pg_inherits ON inhparent = to_regclass(parent)
        GROUP BY parent) AS parents
      """;

  /** The last day of UTC that has all its partitions; empty if there are none. */
  public Optional<LocalDate> madeUntil() {
    return Optional.ofNullable(
        jdbc.sql(MADE_UNTIL)
            .query((row, _) -> row.getObject(1, LocalDate.class))
            .list()
            .getFirst());
  }

  private static String storage(String parent) {
    return switch (parent) {
      // Each row is updated once, soon after it was inserted. That can not be a HOT update, since
      // the status is in the condition of the partial indexes, so room left in the pages would gain
      // nothing; but the dead entries in those indexes are in the way of every look for due rows.
      case "delivery" -> "autovacuum_vacuum_scale_factor = 0.1";
      // Never updated and dropped whole: to vacuum for inserts alone reads it all for nothing.
      default -> "autovacuum_vacuum_insert_threshold = -1";
    };
  }
}
