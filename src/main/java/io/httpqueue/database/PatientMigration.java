package io.httpqueue.database;

import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates, and tries again where a table's lock was not to be had in time. Nobody is kept waiting
 * behind the migration for longer than one lock timeout, and the work of a lock that is held for
 * long (a report, a vacuum) does not fail the start.
 */
final class PatientMigration {

  private static final Logger log = LoggerFactory.getLogger(PatientMigration.class);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final int attempts;
  private final Duration pause;

  /**
   * @param attempts how often it is tried at most
   * @param pause between two attempts, in which those go on who waited behind it
   */
  PatientMigration(int attempts, Duration pause) {
    this.attempts = attempts;
    this.pause = pause;
  }

  /**
   * Brings the database to the newest tables; a migration that did not get its lock left nothing
   * behind.
   *
   * @throws FlywayException if a migration failed, or found no lock in any attempt
   */
  void run(Flyway flyway) {
    for (int attempt = 1; ; attempt++) {
      try {
        flyway.migrate();
        return;
      } catch (FlywayException e) {
        if (attempt == attempts || !isLockTimeout(e)) {
          throw e;
        }
        log.info("A migration waits for a table that is in use; it is tried again");
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresStartException("stopped while a migration waited for a table");
    }
  }

  private static boolean isLockTimeout(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
