package io.httpqueue.command;

import static io.httpqueue.command.Finding.failed;
import static io.httpqueue.command.Finding.ok;
import static io.httpqueue.command.Finding.warning;

import io.httpqueue.database.ClockSkew;
import io.httpqueue.database.Postgres;
import io.httpqueue.retention.PartitionKeeper;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Postgres is like, and whether it is ready for this release. Reads only. */
final class DatabaseFindings {

  /** The release that HTTPQueue is tested with. */
  private static final int TESTED_MAJOR = 18;

  private final Postgres postgres;
  private final JdbcClient jdbc;
  private final Flyway flyway;
  private final ClockSkew clock;
  private final PartitionKeeper partitions;

  DatabaseFindings(
      Postgres postgres,
      DataSource dataSource,
      Flyway flyway,
      ClockSkew clock,
      PartitionKeeper partitions) {
    this.postgres = postgres;
    this.jdbc = JdbcClient.create(dataSource);
    this.flyway = flyway;
    this.clock = clock;
    this.partitions = partitions;
  }

  List<Finding> all() {
    MigrationInfoService migrations = flyway.info();
    return List.of(
        version(), writable(), durable(), clock(), migrations(migrations), partitions(migrations));
  }

  private static final String SERVER =
      """
      SELECT current_setting('server_version') AS version,
             current_setting('server_version_num')::integer / 10000 AS major,
             pg_is_in_recovery() AS is_standby,
             current_setting('transaction_read_only')::boolean AS is_read_only,
             has_schema_privilege(current_schema(), 'CREATE') AS may_create,
             current_setting('fsync')::boolean AS syncs,
             current_setting('synchronous_commit') <> 'off' AS commits_are_durable
      """;

  private Finding version() {
    return jdbc.sql(SERVER)
        .query(
            (row, _) -> {
              String text = "%s at %s".formatted(row.getString("version"), postgres.description());
              return row.getInt("major") < TESTED_MAJOR
                  ? warning("Postgres", text + "; tested is " + TESTED_MAJOR)
                  : ok("Postgres", text);
            })
        .single();
  }

  private Finding writable() {
    return jdbc.sql(SERVER)
        .query(
            (row, _) -> {
              if (row.getBoolean("is_standby")) {
                return failed("writable", "it is a standby: DATABASE_URL must name the primary");
              }
              if (row.getBoolean("is_read_only")) {
                return failed("writable", "transactions are read-only (its disk may be full)");
              }
              return row.getBoolean("may_create")
                  ? ok("writable", "it takes writes, and new tables")
                  : failed(
                      "writable",
                      "the user may make no tables, which each new day needs: GRANT CREATE");
            })
        .single();
  }

  private Finding durable() {
    return jdbc.sql(SERVER)
        .query(
            (row, _) ->
                row.getBoolean("syncs") && row.getBoolean("commits_are_durable")
                    ? ok("durable", "what is committed is on disk")
                    : warning(
                        "durable",
                        "fsync or synchronous_commit is off: a crash loses events that were"
                            + " accepted"))
        .single();
  }

  private Finding clock() {
    Duration ahead = clock.measure();
    String text = ClockSkew.describe(ahead);
    return ahead.abs().compareTo(ClockSkew.TOLERATED) > 0
        ? warning("clock", "this server's is " + text + "; tolerated are 5 s")
        : ok("clock", "this server's is " + text);
  }

  private static Finding migrations(MigrationInfoService migrations) {
    MigrationInfo[] pending = migrations.pending();
    if (pending.length > 0) {
      return warning(
          "migrations",
          "%d pending; migrate, or the next start, applies: %s"
              .formatted(
                  pending.length,
                  Arrays.stream(pending)
                      .map(MigrationInfo::getDescription)
                      .collect(Collectors.joining(", "))));
    }
    boolean isNewer =
        Arrays.stream(migrations.applied())
            .anyMatch(migration -> migration.getState().name().startsWith("FUTURE"));
    return ok(
        "migrations",
        isNewer ? "the tables are those of a newer release" : "the tables are up to date");
  }

  private Finding partitions(MigrationInfoService migrations) {
    if (migrations.applied().length == 0) {
      return ok("partitions", "none yet; the first start makes them");
    }
    LocalDate today = jdbc.sql(TODAY).query((row, _) -> row.getObject(1, LocalDate.class)).single();
    return partitions
        .madeUntil()
        .map(
            last ->
                last.isAfter(today)
                    ? ok("partitions", "made until " + last)
                    : warning(
                        "partitions",
                        "made until %s only: housekeeping does not run".formatted(last)))
        .orElseGet(() -> ok("partitions", "none yet; the next start makes them"));
  }

  private static final String TODAY = "SELECT (now() AT TIME ZONE 'UTC')::date";
}
