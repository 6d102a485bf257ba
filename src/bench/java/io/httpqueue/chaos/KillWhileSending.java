package io.httpqueue.chaos;

import io.httpqueue.harness.Behaviour;
import io.httpqueue.harness.HttpQueueServer;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** SIGKILL of a server while receivers hold its requests back. */
final class KillWhileSending implements Fault {

  private static final Behaviour SLOW = new Behaviour.Answer(200, Duration.ofMillis(1500));

  @Override
  public String name() {
    return "kill-sending";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    cluster.tell(name() + " " + server);
    cluster.receiver().behave(0, Cluster.WEBHOOKS, SLOW);
    cluster.pause(random, 2, 4);
    server.kill();
    cluster.countKill();
    cluster.calmReceivers();
    cluster.pause(random, 0, 3);
    server.start();
    return System.nanoTime();
  }
}
