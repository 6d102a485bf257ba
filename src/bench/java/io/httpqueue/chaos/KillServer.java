package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import java.util.random.RandomGenerator;

/** SIGKILL of a server, which is started again after a while. */
final class KillServer implements Fault {

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    cluster.tell(name() + " " + server);
    server.kill();
    cluster.countKill();
    long ended = System.nanoTime();
    cluster.pause(random, 0, 5);
    server.start();
    return ended;
  }
}
