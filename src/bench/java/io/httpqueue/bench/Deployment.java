package io.httpqueue.bench;

import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Receiver;
import io.httpqueue.harness.Webhooks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Servers on a database of their own. */
final class Deployment implements AutoCloseable {

  static final String DATABASE = "run";

  private static final Duration WEBHOOK_TIMEOUT = Duration.ofSeconds(30);

  private final Site site;
  private final Cleanup processes = new Cleanup();
  private final List<HttpQueueServer> servers = new ArrayList<>();
  private Run run;
  private Webhooks webhooks = new Webhooks(Map.of());
  private boolean warm;

  /** Begins with an empty database, but for the run's surroundings. */
  Deployment(Site site, Run run) throws SQLException {
    this.site = site;
    this.run = run;
    site.createDatabase(DATABASE);
    run.surroundings().write(site.postgres(), DATABASE);
    startMissing();
  }

  /** Whether another run may follow, for which no server is to be stopped and no row to be gone. */
  boolean suits(Run next) {
    return run.leavesNothing()
        && next.surroundings().equals(run.surroundings())
        && next.product() == run.product()
        && next.telemetry() == run.telemetry()
        && next.servers() >= servers.size();
  }

  /** Makes ready for that run: starts missing servers, and cleans up after the one before. */
  void follow(Run next) {
    webhooks.unregister(servers.getFirst());
    webhooks = new Webhooks(Map.of());
    warm = next.servers() == servers.size();
    run = next;
    startMissing();
    // Else autovacuum does it amid the run. Without a checkpoint, after which all pages are logged.
    site.postgres().execute(DATABASE, "VACUUM ANALYZE");
  }

  /** Registers the webhooks of the run. */
  Webhooks register(Receiver receiver, IntFunction<List<String>> patterns) {
    webhooks =
        Webhooks.register(servers.getFirst(), receiver, run.webhooks(), patterns, WEBHOOK_TIMEOUT);
    return webhooks;
  }

  PostgresServer postgres() {
    return site.postgres();
  }

  List<HttpQueueServer> servers() {
    return List.copyOf(servers);
  }

  /** Whether all of the servers have had their share of an earlier run. */
  boolean isWarm() {
    return warm;
  }

  long serverMemory() {
    return servers.stream().mapToLong(server -> server.processes().memoryBytes()).sum();
  }

  private void startMissing() {
    while (servers.size() < run.servers()) {
      String name = "server-" + servers.size();
      servers.add(processes.add(site.startServer(name, run.product(), run.telemetry(), DATABASE)));
    }
    servers.forEach(server -> server.awaitServing(Site.START_LIMIT));
  }

  @Override
  public void close() {
    processes.close();
  }
}
