package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.SmallDisk;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** There is no room left where Postgres keeps its data, its log included. */
final class FullDisk implements Fault {

  static final String NAME = "disk-full";

  private static final Duration LOOK = Duration.ofMillis(50);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String obstacle() {
    return SmallDisk.isPossible() ? "" : "no file system can be mounted in a namespace";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    PostgresServer postgres = cluster.postgres();
    SmallDisk disk = Objects.requireNonNull(postgres.disk());
    long end = System.nanoTime() + Duration.ofSeconds(random.nextLong(4, 12)).toNanos();
    while (System.nanoTime() - end < 0) {
      disk.fill();
      Await.pause(LOOK);
    }
    disk.free();
    if (!postgres.isAlive()) {
      cluster.tell("    it had ended, and is started");
      postgres.start();
      cluster.countPostgresRestart();
    }
    return System.nanoTime();
  }
}
