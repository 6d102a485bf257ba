package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatientMigrationTest {

  private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);

  @TempDir private Path migrations;
  private TestDatabase database;

  @BeforeEach
  void write() throws IOException {
    database = TestPostgres.emptyDatabase();
    database.jdbc().sql("CREATE TABLE busy (id integer)").update();
    Files.writeString(
        migrations.resolve("V1__first.sql"),
        "CREATE TABLE made (id integer); ALTER TABLE busy ADD COLUMN note text;");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(database.dataSource())
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .initSql(MigrationConfiguration.lockTimeout(LOCK_TIMEOUT))
        .locations("filesystem:" + migrations)
        .load();
  }

  /** A report that reads the table in one long transaction. */
  private Connection hold() throws SQLException {
    Connection connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    connection.createStatement().execute("LOCK TABLE busy IN ACCESS SHARE MODE");
    return connection;
  }

  @Test
  void waitsForATableInUseAndKeepsOthersWaitingForALockTimeoutOnly() throws Exception {
    CompletableFuture<Void> migrated;
    try (Connection report = hold()) {
      migrated =
          CompletableFuture.runAsync(
              () -> new PatientMigration(100, Duration.ofMillis(50)).run(flyway()),
              Thread::startVirtualThread);
      await().until(() -> isWaiting());
      assertThat(CompletableFuture.supplyAsync(this::count, Thread::startVirtualThread))
          .succeedsWithin(LOCK_TIMEOUT.plusSeconds(2))
          .isEqualTo(0);
      assertThat(migrated).isNotDone();
      report.rollback();
    }
    migrated.get(20, TimeUnit.SECONDS);
    assertThat(flyway().info().pending()).isEmpty();
  }

  @Test
  void givesUpInTheEndAndLeavesNothingHalfDone() throws Exception {
    try (Connection report = hold()) {
      assertThatThrownBy(() -> new PatientMigration(2, Duration.ofMillis(10)).run(flyway()))
          .isInstanceOf(FlywayException.class)
          .hasStackTraceContaining("lock timeout");
      report.rollback();
    }
    assertThat(
            database.jdbc().sql("SELECT to_regclass('made') IS NULL").query(Boolean.class).single())
        .isTrue();
    new PatientMigration(1, Duration.ZERO).run(flyway());
    assertThat(flyway().info().pending()).isEmpty();
  }

  private boolean isWaiting() {
    return database
            .jdbc()
            .sql("SELECT count(*) FROM pg_locks WHERE relation = 'busy'::regclass AND NOT granted")
            .query(Integer.class)
            .single()
        > 0;
  }

  private int count() {
    return database.jdbc().sql("SELECT count(*) FROM busy").query(Integer.class).single();
  }
}
