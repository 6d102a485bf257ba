package io.httpqueue.chaos;

import io.httpqueue.harness.TcpProxy;
import java.util.random.RandomGenerator;

/**
 * The machine of Postgres is gone without a word, as its container is when it is killed, and comes
 * back: what waited for an answer is told late that there will be none.
 */
final class LosePostgres implements Fault {

  @Override
  public String name() {
    return "postgres-gone";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    cluster.proxies().forEach(TcpProxy::silence);
    cluster.postgres().kill();
    cluster.countPostgresRestart();
    cluster.pause(random, 4, 20);
    cluster.postgres().start();
    cluster.tell("    it is back");
    cluster.pause(random, 0, 12);
    cluster.proxies().forEach(TcpProxy::endSilent);
    return System.nanoTime();
  }
}
