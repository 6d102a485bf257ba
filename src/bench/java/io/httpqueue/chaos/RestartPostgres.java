package io.httpqueue.chaos;

import java.util.random.RandomGenerator;

/** Postgres is stopped as an operator would, and started again after a while. */
final class RestartPostgres implements Fault {

  @Override
  public String name() {
    return "postgres-restart";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    cluster.postgres().stop();
    cluster.countPostgresRestart();
    cluster.pause(random, 0, 8);
    cluster.postgres().start();
    return System.nanoTime();
  }
}
