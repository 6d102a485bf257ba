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

  /** What makes a server run a statement. */
  private enum Occasion {
    /** The load. */
    LOAD,
    /** The load, at a server that leaves deliveries to fan-out jobs. */
    FAN_OUT_JOB,
    /** A start while no server is there: all lanes are to be taken. */
    START_ALONE,
    /** The end by SIGTERM. */
    STOP
  }

  /**
   * What a server does with a statement.
   *
   * @param text stands in the statement
   */
  private record Step(String name, String text, Occasion occasion) {}

  private static final List<Step> STEPS =
      List.of(
          new Step("intake", "INSERT INTO event (", Occasion.LOAD),
          new Step("fan-out, taken", "DELETE FROM fan_out", Occasion.FAN_OUT_JOB),
          new Step("fan-out, made", "webhook.id <> ALL", Occasion.FAN_OUT_JOB),
          new Step("wake", "INSERT INTO delivery_lane AS lane", Occasion.START_ALONE),
          new Step("claim", "SET running = true, lease_until", Occasion.START_ALONE),
          new Step("recovery", "'SENDING'", Occasion.START_ALONE),
          new Step("renewal", "lane.epoch = mine.epoch AND lane.running", Occasion.LOAD),
          new Step("outcome", "INSERT INTO delivery_attempt", Occasion.LOAD),
          new Step("release", "SET running = false, lease_until = NULL", Occasion.STOP));

  /** A start on a busy machine and the leases that have to run out are within it. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

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
    HttpQueueServer server =
        step.occasion() == Occasion.FAN_OUT_JOB
            ? cluster.serverWithFanOutJobs()
            : cluster.anyServer(random);
    TcpProxy proxy = cluster.proxies().get(cluster.servers().indexOf(server));
    CompletableFuture<Void> sprung = new CompletableFuture<>();
    proxy.lay(new Trap(sql -> sql.contains(step.text()), executed, sprung));
    bringAbout(step.occasion(), cluster, server);
    boolean caught = Await.until(PATIENCE, LOOK, sprung::isDone);
    Await.pause(COMMIT);
    kill(cluster, server);
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

  private static void bringAbout(Occasion occasion, Cluster cluster, HttpQueueServer server) {
    switch (occasion) {
      case LOAD, FAN_OUT_JOB -> {}
      case START_ALONE -> {
        cluster.servers().forEach(one -> kill(cluster, one));
        server.start();
      }
      case STOP -> server.askToStop();
    }
  }

  private static void kill(Cluster cluster, HttpQueueServer server) {
    server.kill();
    cluster.countKill();
  }
}
