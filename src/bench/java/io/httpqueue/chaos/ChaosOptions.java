package io.httpqueue.chaos;

import io.httpqueue.harness.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was asked for.
 *
 * @param minutes for which events are pushed and faults injected
 * @param faults names; empty means all
 * @param rate events pushed each second
 * @param soak whether what the servers and Postgres take is sampled, and must not grow
 */
record ChaosOptions(
    long seed,
    long minutes,
    List<String> faults,
    int servers,
    long rate,
    boolean soak,
    Path jar,
    Path directory) {

  static final String USAGE =
      """
      --seed N        repeats the schedule of that run (the seed is printed)
      --minutes M     inject faults for so long (2)
      --fault NAME    only this one (several: separated by commas)
      --servers N     so many servers (2)
      --rate N        so many events a second (60)
      --soak          sample memory, threads, connections and table sizes, which must not grow (10 minutes or more)
      --jar PATH      the packaged server (target/httpqueue.jar)
      """;

  static ChaosOptions parse(List<String> words) {
    Arguments arguments = new Arguments(words);
    ChaosOptions options =
        new ChaosOptions(
            arguments.number("seed").orElse(System.nanoTime() % 1_000_000),
            arguments.number("minutes").orElse(2L),
            arguments.text("fault").stream().flatMap(all -> Stream.of(all.split(","))).toList(),
            arguments.number("servers").orElse(2L).intValue(),
            arguments.number("rate").orElse(60L),
            arguments.flag("soak"),
            Path.of(arguments.text("jar").orElse("target/httpqueue.jar")).toAbsolutePath(),
            Path.of("target", "chaos"));
    arguments.rejectRest();
    return options;
  }

  /** The faults asked for. */
  List<Fault> chosen() {
    List<Fault> all = Fault.all();
    List<String> names = all.stream().map(Fault::name).toList();
    if (!names.containsAll(faults)) {
      throw new IllegalArgumentException("no fault " + faults + "; there are " + names);
    }
    return all.stream().filter(fault -> faults.isEmpty() || faults.contains(fault.name())).toList();
  }
}
