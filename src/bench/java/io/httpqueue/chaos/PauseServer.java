package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import java.util.random.RandomGenerator;

/** SIGSTOP for longer than a lease: it wakes with claims that others have taken over. */
final class PauseServer implements Fault {

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    cluster.tell(name() + " " + server);
    server.pause();
    cluster.pause(random, 8, 25);
    server.resume();
    return System.nanoTime();
  }
}
