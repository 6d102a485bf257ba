package io.httpqueue.queue;

import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jobrunr.storage.sql.common.DatabaseCreator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.VersionNumber;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * JobRunr's own tables, made by JobRunr, as a repeatable migration: Flyway runs it again when
 * JobRunr's version changes, and lets one server at a time do so.
 */
final class JobRunrTables implements JavaMigration {

  // A job is a few rows' changes in a minute, and then gone: by Postgres' default a fifth of the
  // table would have to be dead first, and each poll reads past what is.
  private static final String STORAGE =
      """
      ALTER TABLE jobrunr_jobs SET (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)
      """;

  // JobRunr gives the cluster an id at its first start. Two servers that start at once on an empty
  // database would both do so, and one would say that it failed.
  private static final String CLUSTER_ID =
      """
      INSERT INTO jobrunr_metadata (id, name, owner, value, createdAt, updatedAt)
      VALUES ('id-cluster', 'id', 'cluster', gen_random_uuid()::text, now(), now())
      ON CONFLICT DO NOTHING
      """;

  private final DataSource dataSource;

  JobRunrTables(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Null makes it repeatable. */
  @Override
  public @Nullable MigrationVersion getVersion() {
    return null;
  }

  @Override
  public String getDescription() {
    return "JobRunr tables";
  }

  @Override
  public Integer getChecksum() {
    return (jobRunrVersion() + STORAGE + CLUSTER_ID).hashCode();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return false;
  }

  @Override
  public void migrate(Context context) {
    new DatabaseCreator(dataSource, PostgresStorageProvider.class).runMigrations();
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    jdbc.execute(STORAGE);
    jdbc.execute(CLUSTER_ID);
  }

  private static String jobRunrVersion() {
    return String.valueOf(VersionNumber.class.getPackage().getImplementationVersion());
  }
}
