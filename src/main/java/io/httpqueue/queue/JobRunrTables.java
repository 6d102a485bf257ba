package io.httpqueue.queue;

import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jobrunr.storage.sql.common.DatabaseCreator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.VersionNumber;
import org.jspecify.annotations.Nullable;

/**
 * JobRunr's own tables, made by JobRunr, as a repeatable migration: Flyway runs it again when
 * JobRunr's version changes, and lets one server at a time do so.
 */
final class JobRunrTables implements JavaMigration {

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
    return jobRunrVersion().hashCode();
  }

  @Override
  public boolean canExecuteInTransaction() {
    return false;
  }

  @Override
  public void migrate(Context context) {
    new DatabaseCreator(dataSource, PostgresStorageProvider.class).runMigrations();
  }

  private static String jobRunrVersion() {
    return String.valueOf(VersionNumber.class.getPackage().getImplementationVersion());
  }
}
