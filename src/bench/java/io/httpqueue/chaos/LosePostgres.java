package io.httpqueue.chaos;

import io.httpqueue.harness.TcpProxy;
import java.util.random.RandomGenerator;

/**
 * The machine of Postgres is gone without a word, as its container is when it is killed, and
 * another takes its place: who waits for an answer by a connection of before is never told that
 * there will be none.
 */
final class LosePostgres implements Fault {

  @Override
  public String name() {
    return "postgres-gone";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    // Those of an earlier time have long been given up.
    cluster.proxies().forEach(TcpProxy::endSilent);
    cluster.proxies().forEach(TcpProxy::silence);
    cluster.postgres().kill();
    cluster.countPostgresRestart();
    cluster.pause(random, 4, 20);
    cluster.postgres().start();
    cluster.tell("    it is back");
    return System.nanoTime();
  }
}
