package io.httpqueue.harness;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The attempts on record against the requests that came.
 *
 * @param recorded attempts on record
 * @param invented on record as answered, and no request of that number was answered so
 * @param unrecorded requests that are not on record: their server was killed, or Postgres was away,
 *     before it could write them down
 */
public record AttemptCheck(long recorded, long invented, long unrecorded) {

  private static final String ATTEMPTS =
      "SELECT delivery_id, number, coalesce(response_code, 0) FROM delivery_attempt";

  private static final int ROWS_AT_ONCE = 10_000;

  private record Attempt(UUID delivery, int number) {}

  /** Reads all attempts of a database, of which there may be millions. */
  public static AttemptCheck of(Connection connection, Receipts receipts) throws SQLException {
    Map<Attempt, Set<Integer>> received = new HashMap<>();
    for (int i = 0; i < receipts.count(); i++) {
      received.merge(
          new Attempt(receipts.deliveryId(i), receipts.attempt(i)),
          Set.of(receipts.status(i)),
          AttemptCheck::union);
    }
    long recorded = 0;
    long invented = 0;
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_ONCE);
      try (var rows = statement.executeQuery(ATTEMPTS)) {
        while (rows.next()) {
          Set<Integer> answers =
              received.remove(new Attempt(rows.getObject(1, UUID.class), rows.getInt(2)));
          int status = rows.getInt(3);
          recorded++;
          if (status != 0 && (answers == null || !answers.contains(status))) {
            invented++;
          }
        }
      }
    }
    return new AttemptCheck(recorded, invented, received.size());
  }

  private static Set<Integer> union(Set<Integer> some, Set<Integer> others) {
    Set<Integer> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }
}
