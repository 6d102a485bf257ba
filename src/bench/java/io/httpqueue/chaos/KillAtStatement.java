package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Trap;
import io.httpqueue.harness.TcpProxy.Weather;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * SIGKILL of a server at a statement: when it has sent it and Postgres has not got it, or when
 * Postgres has committed it and the server has not been told.
 */
final class KillAtStatement implements Fault {

  /**
   * What a server does with a statement.
   *
   * @param text stands in the statement
   * @param takeover whether the others must be killed first, so that it is run at all
   */
  private record Step(String name, String text, boolean takeover) {}

  private static final List<Step> STEPS =
      List.of(
          new Step("intake", "INSERT INTO event (", false),
          new Step("fan-out, taken", "DELETE FROM fan_out", false),
          new Step("fan-out, made", "webhook.id <> ALL", false),
          new Step("wake", "INSERT INTO delivery_lane AS lane", true),
          new Step("claim", "SET running = true, lease_until", true),
          new Step("recovery", "'SENDING'", true),
          new Step("renewal", "lane.epoch = mine.epoch AND lane.running", false),
          new Step("outcome", "INSERT INTO delivery_attempt", false),
          new Step("release", "SET running = false, lease_until = NULL", false));

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(5);

  /** Time for Postgres to commit what it has been sent. */
  private static final Duration COMMIT = Duration.ofMillis(300);

  @Override
  public String name() {
    return "kill-at";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    Step step = cluster.next(STEPS);
    boolean executed = random.nextBoolean();
    HttpQueueServer server = cluster.anyServer(random);
    TcpProxy proxy = cluster.proxies().get(cluster.servers().indexOf(server));
    CompletableFuture<Void> sprung = new CompletableFuture<>();
    proxy.lay(new Trap(sql -> sql.contains(step.text()), executed, sprung));
    if (step.takeover()) {
      killOthers(cluster, server);
    }
    boolean caught = Await.until(PATIENCE, LOOK, sprung::isDone);
    Await.pause(COMMIT);
    server.kill();
    cluster.countKill();
    proxy.lay(null);
    // What is still held never arrives.
    proxy.become(Weather.CUT);
    proxy.become(Weather.FINE);
    cluster.tell(
        "%s %s %s %s%s"
            .formatted(
                name(),
                server,
                executed ? "after" : "before",
                step.name(),
                caught ? "" : ", which did not come"));
    cluster.pause(random, 0, 3);
    cluster.servers().stream().filter(one -> !one.isAlive()).forEach(HttpQueueServer::start);
    return System.nanoTime();
  }

  private static void killOthers(Cluster cluster, HttpQueueServer server) {
    for (HttpQueueServer other : cluster.servers()) {
      if (!other.equals(server)) {
        other.kill();
        cluster.countKill();
      }
    }
  }
}
