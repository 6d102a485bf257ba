package io.httpqueue.bench;

import io.httpqueue.harness.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A transaction that stays open, as a backup's or a forgotten session's: until its end Postgres
 * keeps each row, and each index entry, that it may still see.
 */
final class OldTransaction implements AutoCloseable {

  /** Of an hour ago, to the webhooks that events are pushed to. */
  private static final String WAITING =
      """
      INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
      SELECT uuid_v7(clock_timestamp() - interval '1 hour'), uuid_v7(clock_timestamp()), id, 15,
        now() + interval '1 day'
      FROM webhook, generate_series(1, ? / (SELECT count(*) FROM webhook))
      """;

  private static final String ENDED =
      "UPDATE delivery SET status = 'SUCCESS' WHERE status = 'PENDING'";

  private final Connection connection;

  private OldTransaction(Connection connection) {
    this.connection = connection;
  }

  /**
   * Begins it.
   *
   * @param ended deliveries that end after its begin, and before this returns
   */
  static OldTransaction begin(PostgresServer postgres, String database, long ended)
      throws SQLException {
    OldTransaction transaction = new OldTransaction(postgres.connect(database));
    try {
      transaction.begin();
      end(postgres, database, ended);
      return transaction;
    } catch (SQLException | RuntimeException e) {
      transaction.close();
      throw e;
    }
  }

  private void begin() throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement look = connection.createStatement()) {
      look.execute("SELECT count(*) FROM webhook");
    }
  }

  private static void end(PostgresServer postgres, String database, long count)
      throws SQLException {
    try (Connection other = postgres.connect(database);
        PreparedStatement waiting = other.prepareStatement(WAITING);
        PreparedStatement ended = other.prepareStatement(ENDED)) {
      // In one commit, so that no lane finds them.
      other.setAutoCommit(false);
      waiting.setLong(1, count);
      waiting.executeUpdate();
      ended.executeUpdate();
      other.commit();
    }
    postgres.execute(database, "CHECKPOINT");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
