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

  private record Attempt(UUID delivery, int number) {}

  /** Reads all attempts of a database. */
  public static AttemptCheck of(Connection connection, Receipts receipts) throws SQLException {
    Map<Attempt, Set<Integer>> received = new HashMap<>();
    for (int i = 0; i < receipts.count(); i++) {
      received
          .computeIfAbsent(
              new Attempt(receipts.deliveryId(i), receipts.attempt(i)), _ -> new HashSet<>())
          .add(receipts.status(i));
    }
    long recorded = 0;
    long invented = 0;
    Set<Attempt> known = new HashSet<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(ATTEMPTS)) {
      while (rows.next()) {
        Attempt attempt = new Attempt(rows.getObject(1, UUID.class), rows.getInt(2));
        int status = rows.getInt(3);
        recorded++;
        known.add(attempt);
        if (status != 0 && !received.getOrDefault(attempt, Set.of()).contains(status)) {
          invented++;
        }
      }
    }
    long unrecorded = received.keySet().stream().filter(one -> !known.contains(one)).count();
    return new AttemptCheck(recorded, invented, unrecorded);
  }
}
