package io.httpqueue.chaos;

import io.httpqueue.harness.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Some receivers hang, reset the connection, answer too late, or answer 500 now and then. */
final class BadReceivers implements Fault {

  private static final List<Behaviour> BAD =
      List.of(
          new Behaviour.Hang(),
          new Behaviour.Reset(),
          new Behaviour.Answer(200, Cluster.WEBHOOK_TIMEOUT.plusSeconds(1)),
          new Behaviour.Answer(503, Duration.ZERO),
          new Behaviour.Flap(500, Duration.ofSeconds(1)));

  @Override
  public String name() {
    return "receivers";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    cluster.tell(name());
    for (int webhook = Cluster.RELIABLE; webhook < Cluster.WEBHOOKS; webhook++) {
      cluster.receiver().behave(webhook, webhook + 1, BAD.get(random.nextInt(BAD.size())));
    }
    cluster.pause(random, 5, 15);
    cluster.receiver().behave(Cluster.RELIABLE, Cluster.WEBHOOKS, Behaviour.ok());
    return System.nanoTime();
  }
}
