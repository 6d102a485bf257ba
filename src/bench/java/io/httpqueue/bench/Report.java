package io.httpqueue.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.httpqueue.harness.Percentiles;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tables for people. */
final class Report {

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int MOST_BARS = 100;

  private static final String HEAD =
      """
                        deliveries   events |     push to receipt, ms  |     push call, ms |\
                    CPU per delivery, microseconds     |   MiB at most   |        per delivery      |
      scenario                  /s       /s |     p50     p99      max |      p50      p99 |\
        server      pg     gen    recv   floor  ratio |  server      pg |   table     WAL  commits |\
         lost   dup.\
      """;

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void begin(Scenario scenario) {
    print("%n%s: %s%n", scenario.name(), scenario.goal());
  }

  /** What one run gave, as soon as it is known. */
  void run(String label, Measurement run) {
    print(
        "  %-8s %,d deliveries, %,.0f/s (%,.0f events/s); push to receipt %s; push call %s%n",
        label,
        run.deliveries(),
        run.deliveriesPerSecond(),
        run.eventsPerSecond(),
        text(run.pushToReceiptMs()),
        text(run.pushCallMs()));
    print("           by second %s  by tenth %s%n", bars(run), run.rateByTenth());
    if (run.groups().size() > 1) {
      run.groups().forEach(this::group);
    }
    if (run.refusedPushes() > 0) {
      print("           %,d pushes refused%n", run.refusedPushes());
    }
  }

  void comparison(Result result) {
    if (result.runs().size() > 1) {
      print(
          "  p99 of the last run over the first: push to receipt %.2f, push call %.2f%n",
          result.receiptRatioToFirst(), result.pushRatioToFirst());
    }
  }

  /** All scenarios, a line for each run. */
  void table(List<Result> results) {
    print("%n%s%n", machine());
    out.println(HEAD);
    for (Result result : results) {
      result.runs().forEach((label, run) -> line(result, label, run));
    }
    ratioToBaseline(results);
  }

  private void line(Result result, String label, Measurement run) {
    String scenario = result.scenario().name();
    print(
        "%-17s %,10.0f %,8.0f | %7.1f %7.1f %8.1f | %8.1f %8.1f |"
            + " %7.1f %7.1f %7.1f %7.1f %7.1f %6.2f | %,7d %,7d | %,7.0f %,7.0f %8.3f | %6d %6d%n",
        label.equals(scenario) ? scenario : scenario + " " + label,
        run.deliveriesPerSecond(),
        run.eventsPerSecond(),
        run.pushToReceiptMs().p50(),
        run.pushToReceiptMs().p99(),
        run.pushToReceiptMs().max(),
        run.pushCallMs().p50(),
        run.pushCallMs().p99(),
        run.cpuMicrosPerDelivery().server(),
        run.cpuMicrosPerDelivery().postgres(),
        run.cpuMicrosPerDelivery().generator(),
        run.cpuMicrosPerDelivery().receiver(),
        result.floorMicros(),
        result.floorRatio(run),
        run.serverMemoryMib().max(),
        run.postgresMemoryMib().max(),
        run.bytesPerDelivery(),
        run.walBytesPerDelivery(),
        run.commitsPerDelivery(),
        run.lost(),
        run.duplicates());
  }

  private void ratioToBaseline(List<Result> results) {
    double steady = rate(results, "steady");
    double baseline = rate(results, "baseline");
    if (steady > 0 && baseline > 0) {
      print("steady delivers %.1f times as much as the baseline%n", steady / baseline);
    }
  }

  private static double rate(List<Result> results, String name) {
    return results.stream()
        .filter(result -> result.scenario().name().equals(name))
        .mapToDouble(result -> result.last().deliveriesPerSecond())
        .findFirst()
        .orElse(0);
  }

  private void group(String name, Measurement.OfGroup group) {
    print(
        "           %-8s %,d deliveries, %,.0f/s; push to receipt %s%n",
        name, group.deliveries(), group.deliveriesPerSecond(), text(group.pushToReceiptMs()));
  }

  private static String text(Percentiles times) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f p95 %.1f p99 %.1f max %.1f ms",
        times.p50(),
        times.p95(),
        times.p99(),
        times.max());
  }

  // A long run is drawn in fewer bars than seconds.
  private static String bars(Measurement run) {
    List<Long> seconds = run.deliveredBySecond();
    long most = Math.max(1, seconds.stream().mapToLong(Long::longValue).max().orElse(1));
    int step = (seconds.size() + MOST_BARS - 1) / MOST_BARS;
    StringBuilder bars = new StringBuilder();
    for (int i = 0; i < seconds.size(); i += step) {
      int height = (int) (seconds.get(i) * (BARS.length() - 1) / most);
      bars.append(BARS.charAt(height));
    }
    return bars.toString();
  }

  /** The machine, in a line. */
  static String machine() {
    Runtime runtime = Runtime.getRuntime();
    return "%d cores, %s, Java %s"
        .formatted(
            runtime.availableProcessors(),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            Runtime.version());
  }

  /** The figures of all scenarios, as they stand in the file. */
  static Map<String, Object> json(List<Result> results) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Result result : results) {
      json.put(result.scenario().name(), result.json());
    }
    return json;
  }

  @FormatMethod
  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
