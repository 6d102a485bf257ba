package io.httpqueue.bench;

import io.httpqueue.harness.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was asked for.
 *
 * @param scenarios names; empty means all
 * @param jar the packaged server
 * @param serverOptions of the servers' JVMs
 */
record Options(
    List<String> scenarios,
    Size size,
    OptionalLong events,
    OptionalLong seconds,
    OptionalLong servers,
    OptionalLong callers,
    Path jar,
    List<String> serverOptions,
    Path directory) {

  private static final Set<String> SMOKE =
      Set.of("steady", "stream", "fanout", "backlog", "baseline");

  /** Of many runs, webhooks or bytes: only where it is asked for, or all is. */
  private static final Set<String> LONG =
      Set.of("sparse", "large", "growth", "snapshot", "telemetry");

  static final String USAGE =
      """
      --scenario NAME   only this one (several: separated by commas); sizes as in the goals
      --events N        push so many events, where a scenario pushes flat out
      --seconds S       push for so long, where a scenario is paced
      --servers N       so many servers
      --callers N       push by so many callers, where a scenario pushes flat out by single pushes
      --full            all scenarios in the sizes of the goals (takes about an hour)
      --short           small sizes, also for --scenario; servers stay from one run to the next
      --smoke           tiny sizes, and without --scenario a few scenarios only: counts, no figures
      --java-options O  of the servers' JVMs, separated by spaces, besides those of
                        deploy/image/jit-options (-Xmx512m -XX:+UseParallelGC)
      --jar PATH        the packaged server (target/httpqueue.jar)
      """;

  static Options parse(List<String> words) {
    Arguments arguments = new Arguments(words);
    List<String> scenarios = list(arguments.text("scenario"), ",");
    Options options =
        new Options(
            scenarios,
            size(arguments, scenarios),
            optional(arguments.number("events")),
            optional(arguments.number("seconds")),
            optional(arguments.number("servers")),
            optional(arguments.number("callers")),
            Path.of(arguments.text("jar").orElse("target/httpqueue.jar")).toAbsolutePath(),
            serverOptions(arguments.text("java-options").orElse("-Xmx512m -XX:+UseParallelGC")),
            Path.of("target", "bench"));
    arguments.rejectRest();
    return options;
  }

  /** The scenarios asked for, with the sizes asked for. */
  List<Scenario> chosen() {
    List<Scenario> all = Scenarios.of(size);
    List<String> unknown =
        scenarios.stream()
            .filter(name -> all.stream().noneMatch(scenario -> scenario.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "no scenario " + unknown + "; there are " + all.stream().map(Scenario::name).toList());
    }
    return all.stream().filter(scenario -> isChosen(scenario.name())).map(this::sized).toList();
  }

  private boolean isChosen(String name) {
    if (scenarios.isEmpty()) {
      return size == Size.FULL
          || (size == Size.SMOKE ? SMOKE.contains(name) : !LONG.contains(name));
    }
    return scenarios.contains(name);
  }

  private Scenario sized(Scenario scenario) {
    List<Run> runs = scenario.runs().stream().map(this::sized).toList();
    // Runs that differ only in what was asked to be the same are one.
    List<Run> different =
        runs.stream().map(run -> run.withLabel(scenario.name())).distinct().toList();
    return new Scenario(scenario.name(), scenario.goal(), different.size() == 1 ? different : runs);
  }

  private Run sized(Run run) {
    Load load =
        switch (run.load()) {
          case Load.FlatOut(long usual, int usualCallers) ->
              new Load.FlatOut(events.orElse(usual), (int) callers.orElse(usualCallers));
          case Load.Streams(long usual, int underWay) ->
              new Load.Streams(events.orElse(usual), underWay);
          case Load.Paced(long perSecond, long usual) ->
              new Load.Paced(perSecond, seconds.orElse(usual));
        };
    return run.withLoad(load).withServers((int) servers.orElse(run.servers()));
  }

  private static Size size(Arguments arguments, List<String> scenarios) {
    if (arguments.flag("smoke")) {
      return Size.SMOKE;
    }
    if (arguments.flag("short")) {
      return Size.SHORT;
    }
    boolean full = arguments.flag("full");
    return full || !scenarios.isEmpty() ? Size.FULL : Size.SHORT;
  }

  private static List<String> serverOptions(String asked) {
    Path usual = Path.of("deploy", "image", "jit-options").toAbsolutePath();
    return Stream.concat(Stream.of("@" + usual), list(Optional.of(asked), " ").stream()).toList();
  }

  private static List<String> list(Optional<String> text, String separator) {
    return text.stream()
        .flatMap(all -> Stream.of(all.split(separator)))
        .filter(word -> !word.isBlank())
        .toList();
  }

  private static OptionalLong optional(Optional<Long> number) {
    return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }
}
