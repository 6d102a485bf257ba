package io.httpqueue.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One fault after the other, all of them in turn, in an order and with pauses given by a seed. */
final class Schedule {

  private final List<Fault> faults;
  private final Random random;

  Schedule(List<Fault> faults, long seed) {
    this.faults = List.copyOf(faults);
    this.random = new Random(seed);
  }

  /** Injects faults until the time is over. */
  List<Struck> run(Cluster cluster, Duration time) {
    List<Struck> struck = new ArrayList<>();
    List<Fault> round = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      if (round.isEmpty()) {
        round.addAll(faults);
        Collections.shuffle(round, random);
      }
      cluster.pause(random, 2, 6);
      Fault fault = round.removeLast();
      long start = System.nanoTime();
      struck.add(new Struck(fault.name(), start, fault.strike(cluster, random)));
      cluster.awaitServing();
    }
    return struck;
  }
}
