package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.TcpProxy.Weather;
import java.util.random.RandomGenerator;

/** Every statement takes most of a second, and a server is killed meanwhile, wherever it is. */
final class SlowPostgres implements Fault {

  @Override
  public String name() {
    return "slow";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    cluster.tell(name() + ", and kill " + server);
    cluster.proxies().forEach(proxy -> proxy.become(Weather.VERY_SLOW));
    cluster.pause(random, 3, 8);
    server.kill();
    cluster.countKill();
    cluster.pause(random, 2, 5);
    cluster.proxies().forEach(proxy -> proxy.become(Weather.FINE));
    server.start();
    return System.nanoTime();
  }
}
