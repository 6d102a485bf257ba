package io.httpqueue.chaos;

import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import java.util.List;
import java.util.random.RandomGenerator;

/** The network between Postgres and one server, or all of them, is cut, stands still or is slow. */
final class CutNetwork implements Fault {

  private static final List<Weather> BAD = List.of(Weather.CUT, Weather.ALL_HELD, Weather.SLOW);

  @Override
  public String name() {
    return "cut";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    Weather weather = BAD.get(random.nextInt(BAD.size()));
    List<TcpProxy> hit = cluster.someProxies(random);
    cluster.tell("%s %s for %d of the servers".formatted(name(), weather, hit.size()));
    hit.forEach(proxy -> proxy.become(weather));
    cluster.pause(random, 3, 15);
    hit.forEach(proxy -> proxy.become(Weather.FINE));
    return System.nanoTime();
  }
}
