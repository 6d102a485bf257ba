package io.httpqueue.api;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a Postgres that is away, or cannot work just now, from a statement that is wrong. */
final class DatabaseOutage {

  /**
   * Classes of SQLSTATE (Postgres manual, appendix A): connection, transaction to be repeated, out
   * of resources, operator intervention (shutdown, start-up, cancelled), error of the system.
   */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "57", "58");

  /** Read-only transaction (a standby, after a failover); lock not available. */
  private static final Set<String> STATES = Set.of("25006", "55P03");

  private DatabaseOutage() {}

  static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOutage(cause)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOutage(Throwable cause) {
    return switch (cause) {
      case DataAccessResourceFailureException _,
          TransientDataAccessException _,
          RecoverableDataAccessException _,
          CannotCreateTransactionException _,
          SQLTransientException _,
          SQLRecoverableException _,
          SQLNonTransientConnectionException _ ->
          true;
      case SQLException sql -> isOutage(sql.getSQLState());
      default -> false;
    };
  }

  private static boolean isOutage(@Nullable String state) {
    return state != null
        && state.length() == 5
        && (CLASSES.contains(state.substring(0, 2)) || STATES.contains(state));
  }
}
