package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.HttpQueueServer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** A server has too little memory for what it is sent, and then has it again. */
final class NoHeap implements Fault {

  private static final Duration SERVING_LIMIT = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(200);

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    int megabytes = random.nextInt(64, 97);
    cluster.tell("%s %s, %d MB".formatted(name(), server, megabytes));
    server.kill();
    cluster.countKill();
    server.startWith(List.of("-Xmx" + megabytes + "m"));
    boolean serves =
        Await.until(SERVING_LIMIT, LOOK, () -> server.isServing() || !server.isAlive());
    cluster.tell("    it " + (serves && server.isAlive() ? "serves" : "does not serve"));
    try (Flood flood = Flood.of(server)) {
      cluster.pause(random, 8, 15);
      cluster.tell(
          "    after %d large pushes it is %s"
              .formatted(flood.answered(), server.isAlive() ? "alive" : "gone"));
    }
    server.kill();
    cluster.countKill();
    server.start();
    return System.nanoTime();
  }
}
