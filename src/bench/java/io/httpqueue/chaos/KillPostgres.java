package io.httpqueue.chaos;

import java.util.random.RandomGenerator;

/** SIGKILL of Postgres, which is started again after a while. */
final class KillPostgres implements Fault {

  @Override
  public String name() {
    return "postgres-kill";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    cluster.postgres().kill();
    cluster.countPostgresRestart();
    cluster.pause(random, 0, 4);
    cluster.postgres().start();
    return System.nanoTime();
  }
}
