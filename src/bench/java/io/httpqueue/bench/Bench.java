package io.httpqueue.bench;

import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.Logging;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the packaged server. Prints a table, writes {@code target/bench/result.json}, and ends
 * with 1 if anything accepted was lost, with 2 if it was not told rightly what to do.
 */
public final class Bench {

  private final Options options;
  private final Report report;

  private Bench(Options options, Report report) {
    this.options = options;
    this.report = report;
  }

  /** Arguments: see {@code --help}. */
  public static void main(String[] args) throws IOException, SQLException {
    Logging.warningsOnly();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    if (List.of(args).contains("--help")) {
      out.println(Options.USAGE);
      out.flush();
      return;
    }
    int status;
    try {
      status = new Bench(Options.parse(List.of(args)), new Report(out)).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
      status = 2;
    }
    System.exit(status);
  }

  private int run() throws IOException, SQLException {
    List<Scenario> scenarios = options.chosen();
    List<Result> results = new ArrayList<>();
    try (Cleanup cleanup = new Cleanup()) {
      Site site = Site.open(options, cleanup);
      Floor floor = new Floor(site, options.size());
      Deployments deployments = cleanup.add(new Deployments(site, options.size().sharesServers()));
      for (Scenario scenario : scenarios) {
        results.add(run(deployments, floor, scenario));
      }
    }
    report.table(results);
    Path file = options.directory().resolve("result.json");
    Files.writeString(file, Result.text(Report.json(results)));
    return results.stream().allMatch(Result::isSound) ? 0 : 1;
  }

  private Result run(Deployments deployments, Floor floor, Scenario scenario) throws SQLException {
    report.begin(scenario);
    Map<String, Measurement> runs = new LinkedHashMap<>();
    for (Run run : scenario.runs()) {
      Deployment deployment = deployments.deploymentFor(run);
      try (Execution execution = new Execution(deployment, run, options.directory())) {
        Measurement measurement = execution.measure();
        runs.put(run.label(), measurement);
        report.run(run.label(), measurement);
      }
    }
    int fanOut = scenario.runs().getLast().deliveriesPerEvent();
    Result result = new Result(scenario, floor.cpuMicrosPerDelivery(fanOut), runs);
    report.comparison(result);
    return result;
  }
}
