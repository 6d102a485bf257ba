package io.httpqueue.chaos;

import io.httpqueue.harness.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the database holds at the end.
 *
 * @param byStatus how many deliveries
 * @param attemptsMiscounted deliveries whose attempts on record are more than their count
 */
record Rows(Map<String, Long> byStatus, long attemptsMiscounted) {

  private static final String UNFINISHED =
      """
      SELECT (SELECT count(*) FROM fan_out)
        + (SELECT count(*) FROM delivery WHERE status IN ('PENDING', 'SENDING', 'RETRYING'))
      """;

  private static final String BY_STATUS = "SELECT status, count(*) FROM delivery GROUP BY status";

  private static final String ATTEMPTS_MISCOUNTED =
      """
      SELECT count(*) FROM delivery
      WHERE attempt_count < (SELECT count(*) FROM delivery_attempt WHERE delivery_id = delivery.id)
      """;

  /** Deliveries and fan-outs that are not done. */
  static long unfinished(PostgresServer postgres) {
    return postgres.number(Cluster.DATABASE, UNFINISHED);
  }

  static Rows read(PostgresServer postgres) throws SQLException {
    Map<String, Long> byStatus = new TreeMap<>();
    try (Connection connection = postgres.connect(Cluster.DATABASE);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(BY_STATUS)) {
      while (rows.next()) {
        byStatus.put(rows.getString(1), rows.getLong(2));
      }
    }
    return new Rows(byStatus, postgres.number(Cluster.DATABASE, ATTEMPTS_MISCOUNTED));
  }
}
