package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.ProcessTree;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes samples of a cluster under load every few seconds, until it is closed. */
final class Soak implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final long MEMORY_MEGABYTES = 64;
  private static final long THREADS = 20;
  private static final long DESCRIPTORS = 40;
  private static final long CONNECTIONS = 10;
  private static final long KILOBYTES = 4096;

  private static final String CONNECTED =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + Cluster.DATABASE + "'";

  /**
   * What is kept for the time of its retention grows with the events, and should: it is not here.
   */
  private static final String WORKING_SIZES =
      """
      SELECT relname, pg_table_size(oid) / 1024, pg_indexes_size(oid) / 1024 FROM pg_class
      WHERE relkind = 'r' AND (relname IN ('fan_out', 'delivery_lane') OR relname LIKE 'jobrunr%')
        AND pg_total_relation_size(oid) > 262144
      """;

  private static final String DATABASE_SIZE = "SELECT pg_database_size(current_database())";

  private static final long BYTES_PER_EVENT = 2048;

  private final Cluster cluster;
  private final SoakSamples samples;
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  Soak(Cluster cluster, SoakSamples samples) {
    this.cluster = cluster;
    this.samples = samples;
  }

  /** Begins to take samples. */
  void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::sample, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
  }

  private void sample() {
    try {
      cluster.servers().forEach(this::sample);
      sampleProcess("postgres", cluster.postgres().processes());
      samplePostgres();
    } catch (SQLException | IllegalStateException e) {
      // A fault is in the way: there are samples enough without this one.
    }
  }

  private void sample(HttpQueueServer server) {
    if (server.isAlive()) {
      sampleProcess(server.name(), server.processes());
    }
  }

  private void sampleProcess(String name, ProcessTree process) {
    add(name + " memory MB", process.memoryBytes() >> 20, MEMORY_MEGABYTES);
    add(name + " threads", process.threads(), THREADS);
    add(name + " descriptors", process.descriptors(), DESCRIPTORS);
  }

  private void samplePostgres() throws SQLException {
    try (Connection connection = cluster.postgres().connect(Cluster.DATABASE);
        var statement = connection.createStatement()) {
      try (var row = statement.executeQuery(CONNECTED)) {
        row.next();
        add("postgres connections", row.getLong(1), CONNECTIONS);
      }
      try (var row = statement.executeQuery(DATABASE_SIZE)) {
        row.next();
        long events = Math.max(1, cluster.generator().state().accepted());
        add("database bytes per event", row.getLong(1) / events, BYTES_PER_EVENT);
      }
      try (var rows = statement.executeQuery(WORKING_SIZES)) {
        while (rows.next()) {
          add(rows.getString(1) + " KB", rows.getLong(2), KILOBYTES);
          add(rows.getString(1) + " indexes KB", rows.getLong(3), KILOBYTES);
        }
      }
    }
  }

  private void add(String measure, long value, long allowance) {
    samples.add((System.nanoTime() - startNanos) / 1e9, measure, value, allowance);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
