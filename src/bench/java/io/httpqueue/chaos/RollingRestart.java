package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import java.util.random.RandomGenerator;

/** SIGTERM of each server in turn, as a deploy does. No repeat is expected of it. */
final class RollingRestart implements Fault {

  @Override
  public String name() {
    return "rolling";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    for (HttpQueueServer server : cluster.servers()) {
      cluster.tell(name() + " " + server);
      cluster.pause(random, 1, 3);
      if (!server.terminate()) {
        cluster.complain(server + " did not end after SIGTERM");
      }
      server.start();
      cluster.awaitServing();
    }
    return System.nanoTime();
  }
}
