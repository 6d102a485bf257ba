package io.httpqueue.bench;

import io.httpqueue.bench.Run.Product;
import io.httpqueue.delivery.EventContent;
import io.httpqueue.harness.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The scenarios, as data. */
final class Scenarios {

  private static final int CALLERS = 64;
  private static final int UNDER_WAY = 512;

  private Scenarios() {}

  static List<Scenario> of(Size size) {
    return List.of(
        steady(size),
        stream(size),
        fanout(size),
        paced(size),
        sparse(size),
        slow(size),
        backlog(size),
        failing(size),
        noisy(size),
        large(size),
        servers(size),
        growth(size),
        snapshot(size),
        telemetry(size),
        baseline(size));
  }

  private static Scenario steady(Size size) {
    return new Scenario(
        "steady",
        "8,000 deliveries/s or more, flat over 500,000 events; floor ratio at most 2.0",
        List.of(flatOut("steady", 1, size.of(2_000, 60_000, 500_000), longWarmUp(size))));
  }

  private static Scenario stream(Size size) {
    Load load = new Load.Streams(size.of(2_000, 60_000, 500_000), UNDER_WAY);
    return new Scenario(
        "stream",
        "the same by streams: 12,000 deliveries/s",
        List.of(run("stream", List.of(Group.healthy(10)), load, longWarmUp(size))));
  }

  private static Scenario fanout(Size size) {
    Load load = new Load.FlatOut(size.of(20, 1_000, 10_000), CALLERS);
    return new Scenario(
        "fanout",
        "each event to 100 webhooks: 15,000 deliveries/s",
        List.of(
            new Run(
                "fanout",
                Product.HTTPQUEUE,
                1,
                List.of(Group.healthy(100)),
                true,
                load,
                size.of(1, 200, 1_000))));
  }

  private static Scenario paced(Size size) {
    return paced(
        "paced",
        "200 events/s: push p50 at most 3 ms; to receipt p50 at most 12 ms, p99 at most 60 ms",
        10,
        size.of(2, 8, 60),
        size);
  }

  private static Scenario sparse(Size size) {
    return paced(
        "sparse",
        "2,000 webhooks with an event every 10 s each: as paced",
        2_000,
        size.of(2, 20, 60),
        size);
  }

  private static Scenario paced(String name, String goal, int webhooks, long seconds, Size size) {
    Load load = new Load.Paced(200, seconds);
    return new Scenario(
        name, goal, List.of(run(name, List.of(Group.healthy(webhooks)), load, warmUp(size))));
  }

  private static Scenario slow(Size size) {
    List<Group> groups =
        List.of(
            Group.behaving("50 ms", 5, answerAfter(Duration.ofMillis(50))),
            Group.behaving("1 s", 5, answerAfter(Duration.ofSeconds(1))));
    Load load = new Load.FlatOut(size.of(200, 2_000, 40_000), CALLERS);
    return new Scenario(
        "slow",
        "receivers that take 50 ms and 1 s: throughput set by max_in_flight, server memory flat",
        List.of(run("slow", groups, load, size.of(20, 500, 2_000))));
  }

  private static Scenario backlog(Size size) {
    Group healthy = Group.healthy(10);
    Group waiting = healthy.withWaiting(size.of(100, 4_000, 100_000));
    Load load = new Load.Paced(200, size.of(2, 8, 60));
    // Until all has been delivered.
    Load longer = new Load.Paced(200, size.of(2, 60, 600));
    return new Scenario(
        "backlog",
        "all due at once, pushes go on: drain rate within 20 %, push p99 within 2 x of without",
        List.of(
            run("alone", List.of(healthy), load, warmUp(size)),
            run("backlog", List.of(waiting), longer, warmUp(size))));
  }

  private static Scenario failing(Size size) {
    Duration recovery = Duration.ofSeconds(size.of(1, 5, 60));
    Group failing =
        Group.behaving("failing", 5, new Behaviour.Answer(500, Duration.ZERO))
            .recoveringAfter(recovery);
    Load load = new Load.Paced(200, size.of(2, 8, 90));
    return new Scenario(
        "failing",
        "half of the receivers answer 500, then recover: all delivered, no thundering herd",
        List.of(run("failing", List.of(Group.healthy(5), failing), load, warmUp(size))));
  }

  private static Scenario noisy(Size size) {
    Group healthy = Group.healthy(10);
    Group hanging =
        Group.behaving("hanging", 50, new Behaviour.Hang())
            .withWaiting(size.of(2, 2_000, 2_000))
            .withoutPushes();
    Load load = new Load.Paced(500, size.of(2, 8, 60));
    Run alone = run("alone", List.of(healthy), load, warmUp(size));
    Run noisy = run("noisy", List.of(healthy, hanging), load, warmUp(size));
    Group late = hanging.resumedAfter(Duration.ofSeconds(5));
    // How fifty that begin at once show: a second of a minute, which is too much of a short run.
    Run resumed = run("resumed", List.of(healthy, late), load, warmUp(size));
    return new Scenario(
        "noisy",
        "50 webhooks that hang, 100,000 waiting for them: healthy p99 within 1.5 x of without",
        size == Size.FULL ? List.of(alone, resumed, noisy) : List.of(alone, noisy));
  }

  private static Scenario large(Size size) {
    Group large =
        Group.behaving("large", 50, answerAfter(Duration.ofSeconds(1)))
            .withWaiting(size.of(1, 10, 60), EventContent.LARGEST_PAYLOAD);
    Load load = new Load.Paced(200, size.of(2, 8, 20));
    return new Scenario(
        "large",
        "50 slow webhooks for which payloads of 1 MiB wait: the servers' memory is bounded by"
            + " bytes",
        List.of(run("large", List.of(Group.healthy(10), large), load, warmUp(size))));
  }

  private static Scenario servers(Size size) {
    long events = size.of(500, 4_000, 200_000);
    // So many for each: two servers on two cores compile for a minute of full load.
    long warmUp = size.of(100, 1_000, 100_000);
    // To start four takes longer than any other short scenario.
    List<Integer> counts = size == Size.FULL ? List.of(1, 2, 4) : List.of(1, 2);
    return new Scenario(
        "servers",
        "1, 2 and 4 servers on one Postgres: nothing gets slower",
        counts.stream()
            .map(count -> flatOut(Integer.toString(count), count, events, warmUp))
            .toList());
  }

  private static Scenario growth(Size size) {
    long events = size.of(500, 20_000, 200_000);
    long webhooks = size.of(10, 1_000, 10_000);
    long waiting = size.of(100, 50_000, 1_000_000);
    long history = size.of(1_000, 200_000, 10_000_000);
    Run empty = flatOut("empty", 1, events, warmUp(size));
    return new Scenario(
        "growth",
        "the same among 10 thousand webhooks, 1 million that wait, 10 million of history: no"
            + " slower",
        List.of(
            empty,
            empty.withLabel("webhooks").among(new Surroundings(webhooks, 0, 0, 0)),
            empty.withLabel("waiting").among(new Surroundings(webhooks, waiting, 0, 0)),
            empty.withLabel("history").among(new Surroundings(webhooks, waiting, history, 0))));
  }

  private static Scenario snapshot(Size size) {
    long events = size.of(500, 20_000, 200_000);
    long kept = size.of(1_000, 100_000, 2_000_000);
    return new Scenario(
        "snapshot",
        "the same while a transaction stays open, and 2 million deliveries have ended since: no"
            + " slower",
        List.of(
            flatOut("none", 1, events, warmUp(size)),
            flatOut("kept", 1, events, warmUp(size)).among(new Surroundings(0, 0, 0, kept))));
  }

  // In turns, so that what changes on the machine meanwhile is seen as such.
  private static Scenario telemetry(Size size) {
    long events = size.of(500, 20_000, 100_000);
    List<Telemetry> kinds = List.of(Telemetry.NONE, Telemetry.METRICS, Telemetry.TRACES);
    return new Scenario(
        "telemetry",
        "the same with none, with metrics, with metrics and a trace of every event",
        Stream.of(1, 2)
            .flatMap(
                turn ->
                    kinds.stream()
                        .map(
                            kind ->
                                flatOut(
                                        kind.name().toLowerCase(Locale.ROOT) + " " + turn,
                                        1,
                                        events,
                                        warmUp(size))
                                    .withTelemetry(kind)))
            .toList());
  }

  private static Scenario baseline(Size size) {
    Load load = new Load.FlatOut(size.of(500, 3_000, 50_000), CALLERS);
    return new Scenario(
        "baseline",
        "one JobRunr job per delivery, the usual design: the ratio to steady",
        List.of(
            new Run(
                "baseline",
                Product.BASELINE,
                1,
                List.of(Group.healthy(10)),
                false,
                load,
                size.of(50, 1_000, 5_000))));
  }

  private static Run flatOut(String label, int servers, long events, long warmUp) {
    return run(label, List.of(Group.healthy(10)), new Load.FlatOut(events, CALLERS), warmUp)
        .withServers(servers);
  }

  private static Run run(String label, List<Group> groups, Load load, long warmUp) {
    return new Run(label, Product.HTTPQUEUE, 1, groups, false, load, warmUp);
  }

  private static long warmUp(Size size) {
    return size.of(100, 5_000, 50_000);
  }

  /** For what is to be measured at its best, also in a short run. */
  private static long longWarmUp(Size size) {
    return size.of(100, 20_000, 50_000);
  }

  private static Behaviour answerAfter(Duration delay) {
    return new Behaviour.Answer(200, delay);
  }
}
