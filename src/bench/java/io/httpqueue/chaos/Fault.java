package io.httpqueue.chaos;

import java.util.List;
import java.util.random.RandomGenerator;

/** Something that goes wrong for a while. */
interface Fault {

  /** As it is asked for, and shown. */
  String name();

  /** Why it cannot be injected on this machine; empty if it can. */
  default String obstacle() {
    return "";
  }

  /**
   * Lets it happen and puts an end to it. Its choices come from {@code random} alone, so that a
   * seed repeats them.
   *
   * @return {@link System#nanoTime} of the moment from which nothing but recovery was in the way
   */
  long strike(Cluster cluster, RandomGenerator random);

  /** Every fault there is. */
  static List<Fault> all() {
    return List.of(
        new KillServer(),
        new KillAtStatement(),
        new KillWhileSending(),
        new PauseServer(),
        new RollingRestart(),
        new WrongClock(),
        new NoHeap(),
        new NoDescriptors(),
        new HostileClients(),
        new KillPostgres(),
        new LosePostgres(),
        new RestartPostgres(),
        new SlowPostgres(),
        new CutNetwork(),
        new HalfCutNetwork(),
        new ReadOnlyPostgres(),
        new NoConnections(),
        new FullDisk(),
        new LateReceivers(),
        new BadReceivers());
  }
}
