package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Idle sessions use up all connections of Postgres, those that the servers had included. */
final class NoConnections implements Fault {

  private static final String TERMINATE_OTHERS =
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = '%s' AND pid <> pg_backend_pid()
      """
          .formatted(Cluster.DATABASE);

  private static final Duration LOOK = Duration.ofMillis(20);

  @Override
  public String name() {
    return "connections";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    List<Connection> idle = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofSeconds(random.nextLong(3, 12)).toNanos();
    try (Connection own = cluster.postgres().connect("postgres")) {
      while (System.nanoTime() - end < 0) {
        fill(cluster, idle);
        try (var statement = own.createStatement()) {
          statement.execute(TERMINATE_OTHERS);
        }
        fill(cluster, idle);
        Await.pause(LOOK);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      idle.forEach(NoConnections::closeQuietly);
    }
    return System.nanoTime();
  }

  private static void fill(Cluster cluster, List<Connection> idle) {
    try {
      while (true) {
        idle.add(cluster.postgres().connect("postgres"));
      }
    } catch (SQLException e) {
      // Full, as it should be.
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      System.err.println("could not close: " + e);
    }
  }
}
