package io.httpqueue.chaos;

import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import java.util.List;
import java.util.random.RandomGenerator;

/** What goes in one direction between Postgres and servers does not arrive, and comes late. */
final class HalfCutNetwork implements Fault {

  @Override
  public String name() {
    return "half-cut";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    Weather weather = random.nextBoolean() ? Weather.QUESTIONS_HELD : Weather.ANSWERS_HELD;
    List<TcpProxy> hit = cluster.someProxies(random);
    cluster.tell("%s %s for %d of the servers".formatted(name(), weather, hit.size()));
    hit.forEach(proxy -> proxy.become(weather));
    cluster.pause(random, 3, 20);
    // Half of them come late, half never.
    if (random.nextBoolean()) {
      hit.forEach(proxy -> proxy.become(Weather.CUT));
    }
    hit.forEach(proxy -> proxy.become(Weather.FINE));
    return System.nanoTime();
  }
}
