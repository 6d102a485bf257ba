package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import java.util.random.RandomGenerator;

/** A server may open no more files and connections for a while. */
final class NoDescriptors implements Fault {

  @Override
  public String name() {
    return "descriptors";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    TcpProxy proxy = cluster.proxies().get(cluster.servers().indexOf(server));
    long open = server.processes().descriptors();
    // Some of what it has open is above that number already: not even those can be opened again.
    long most = Math.max(16, open - random.nextLong(40));
    cluster.tell("%s %s: %d, has %d".formatted(name(), server, most, open));
    long before = server.processes().descriptorLimit();
    server.limitDescriptors(most);
    cluster.pause(random, 1, 3);
    // It has to open its connections to Postgres again.
    proxy.become(Weather.CUT);
    proxy.become(Weather.FINE);
    cluster.pause(random, 4, 12);
    server.limitDescriptors(before);
    return System.nanoTime();
  }
}
