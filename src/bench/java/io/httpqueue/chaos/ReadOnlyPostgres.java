package io.httpqueue.chaos;

import io.httpqueue.harness.PostgresServer;
import java.util.random.RandomGenerator;

/** Postgres takes no writes for a while, as after a failover to the wrong side. */
final class ReadOnlyPostgres implements Fault {

  @Override
  public String name() {
    return "readonly";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    set(cluster.postgres(), "on");
    cluster.pause(random, 3, 12);
    set(cluster.postgres(), "off");
    return System.nanoTime();
  }

  private static void set(PostgresServer postgres, String value) {
    postgres.execute("postgres", "ALTER SYSTEM SET default_transaction_read_only = " + value);
    postgres.execute("postgres", "SELECT pg_reload_conf()");
  }
}
