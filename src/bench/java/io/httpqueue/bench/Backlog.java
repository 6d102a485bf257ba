package io.httpqueue.bench;

import io.httpqueue.harness.Ledger;
import io.httpqueue.harness.Payload;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Webhooks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** Deliveries that are put straight into the database. Each has an event of its own. */
final class Backlog implements AutoCloseable {

  /** Far above the numbers of pushed events. */
  private static final long FIRST_SEQUENCE = 1_000_000_000_000L;

  /** More than wait for any webhook. */
  private static final long RANGE = 10_000_000;

  /** What a run warms up with is this part of what waits later. */
  private static final int WARM_UP_PART = 5;

  // Made longer ago than lanes look back for what was committed late, and long enough for a
  // backlog.
  private static final String INSERT =
      """
      WITH made AS (
        INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
        SELECT uuid_v7(clock_timestamp() - interval '2 minutes'), ?, 'waiting', convert_to(:payload, 'UTF8'), '{}', ARRAY[?],
          now() + interval '1 day'
        FROM generate_series(?, ?) AS seq
        RETURNING id
      )
      INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
      SELECT uuid_v7(clock_timestamp() - interval '2 minutes'), id, ?, 15, now() + interval '1 day' FROM made
      """;

  private final Connection connection;

  Backlog(PostgresServer postgres, String database) throws SQLException {
    connection = postgres.connect(database);
  }

  /** Makes the rows of a run's groups. */
  void insert(Run run, Webhooks webhooks) throws SQLException {
    for (var webhook : webhooks.numbers().entrySet()) {
      Group group = run.group(webhook.getValue());
      insert(webhook.getKey(), first(webhook.getValue()), group, group.waiting());
    }
  }

  /** Makes a few of the same kind, so that the servers know what a backlog is. */
  void insertWarmUp(Run run, Webhooks webhooks) throws SQLException {
    for (var webhook : webhooks.numbers().entrySet()) {
      Group group = run.group(webhook.getValue());
      // They are numbered after those that wait.
      long first = first(webhook.getValue()) + group.waiting();
      insert(webhook.getKey(), first, group, warmUp(group));
    }
  }

  /** Enters in a ledger what has to arrive. */
  static void promise(Run run, Ledger ledger) {
    for (int webhook = 0; webhook < run.webhooks(); webhook++) {
      Group group = run.group(webhook);
      long begin = group.target() ? 0 : group.waiting();
      for (long i = begin; i < group.waiting() + warmUp(group); i++) {
        ledger.promise(first(webhook) + i, webhook);
      }
    }
  }

  /** How many rows {@link #insertWarmUp} makes. */
  static long warmUp(Run run) {
    return run.groups().stream().mapToLong(group -> warmUp(group) * group.webhooks()).sum();
  }

  private static long warmUp(Group group) {
    return group.waiting() / WARM_UP_PART;
  }

  private void insert(UUID webhook, long first, Group group, long count) throws SQLException {
    if (count == 0) {
      return;
    }
    String sql = INSERT.replace(":payload", new Payload(group.waitingBytes()).sql());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, Webhooks.NAMESPACE);
      statement.setObject(2, webhook);
      statement.setLong(3, first);
      statement.setLong(4, first + count - 1);
      statement.setObject(5, webhook);
      statement.executeUpdate();
    }
  }

  private static long first(int webhook) {
    return FIRST_SEQUENCE + webhook * RANGE;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
