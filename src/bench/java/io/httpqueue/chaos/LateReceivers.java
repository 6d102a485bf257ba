package io.httpqueue.chaos;

import io.httpqueue.harness.Behaviour;
import java.util.random.RandomGenerator;

/** Some receivers take every request, and answer when the sender has given up. */
final class LateReceivers implements Fault {

  private static final Behaviour LATE =
      new Behaviour.Answer(200, Cluster.WEBHOOK_TIMEOUT.plusMillis(500));

  @Override
  public String name() {
    return "late";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    cluster.receiver().behave(Cluster.RELIABLE, Cluster.WEBHOOKS, LATE);
    cluster.pause(random, 5, 12);
    cluster.calmReceivers();
    return System.nanoTime();
  }
}
