package io.httpqueue.chaos;

import io.httpqueue.harness.AttemptCheck;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.Ledger;
import io.httpqueue.harness.Logging;
import io.httpqueue.harness.Receipts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/**
 * Injects faults into servers under load and counts what was lost. Prints a table, writes {@code
 * target/chaos/result.json}, and ends with 1 if anything was lost or is stuck, with 2 if it was not
 * told rightly what to do.
 */
public final class Chaos {

  private static final Duration STUCK_AFTER = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Before the first fault: the servers are to be warm. */
  private static final Duration CALM = Duration.ofSeconds(5);

  private final ChaosOptions options;

  private Chaos(ChaosOptions options) {
    this.options = options;
  }

  /** Arguments: see {@code --help}. */
  public static void main(String[] args) throws IOException, SQLException {
    Logging.warningsOnly();
    if (List.of(args).contains("--help")) {
      System.out.println(ChaosOptions.USAGE);
      System.out.println("faults: " + Fault.all().stream().map(Fault::name).toList());
      return;
    }
    int status;
    try {
      status = new Chaos(ChaosOptions.parse(List.of(args))).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + ChaosOptions.USAGE);
      status = 2;
    }
    System.exit(status);
  }

  private int run() throws IOException, SQLException {
    List<Fault> faults = options.chosen().stream().filter(Chaos::isPossible).toList();
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("none of the faults asked for can be injected here");
    }
    System.out.printf("seed %d, %d minutes%n", options.seed(), options.minutes());
    try (Cluster cluster = new Cluster(options)) {
      Duration time = Duration.ofMinutes(options.minutes());
      // The schedule ends the load; this is more than it can need.
      cluster.push(options.rate() * time.multipliedBy(10).toSeconds(), options.rate());
      Await.pause(CALM);
      SoakSamples samples = new SoakSamples();
      List<Struck> struck;
      try (Soak soak = new Soak(cluster, samples)) {
        if (options.soak()) {
          soak.start();
        }
        struck = new Schedule(faults, options.seed()).run(cluster, time);
      }
      samples.write(options.directory());
      Verdict verdict = verdict(cluster, struck, samples);
      print(verdict);
      Path file = options.directory().resolve("result.json");
      Files.writeString(
          file,
          new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(verdict.json()));
      return verdict.isSound() ? 0 : 1;
    }
  }

  private static boolean isPossible(Fault fault) {
    if (!fault.obstacle().isEmpty()) {
      System.out.printf("%s is left out: %s%n", fault.name(), fault.obstacle());
    }
    return fault.obstacle().isEmpty();
  }

  private Verdict verdict(Cluster cluster, List<Struck> struck, SoakSamples samples)
      throws SQLException {
    cluster.tell("end of the load");
    cluster.generator().stop();
    cluster.calmReceivers();
    // A push has its deadline, so that all are answered in the time given here.
    Await.until(STUCK_AFTER, LOOK, () -> cluster.generator().state().isIdle());
    Await.until(STUCK_AFTER, LOOK, () -> Rows.countUnfinished(cluster.postgres()) == 0);
    Rows rows = Rows.read(cluster.postgres());
    cluster.tell(
        rows.unfinished().isEmpty() ? "all is done" : rows.unfinished().size() + " are stuck");
    Ledger ledger = new Ledger();
    ledger.promise(cluster.generator().pushes(), cluster.webhooks());
    Receipts receipts = cluster.receiver().receipts();
    ledger.receive(receipts);
    return new Verdict(
        options.seed(),
        struck,
        ledger,
        cluster.webhooks(),
        cluster.kills(),
        cluster.postgresRestarts(),
        cluster.complaints(),
        rows,
        attempts(cluster, receipts),
        samples);
  }

  private static AttemptCheck attempts(Cluster cluster, Receipts receipts) throws SQLException {
    try (Connection connection = cluster.postgres().connect(Cluster.DATABASE)) {
      return AttemptCheck.of(connection, receipts);
    }
  }

  private static void print(Verdict verdict) {
    System.out.printf("%n%-18s %s%n", "fault", "longest wait after it");
    verdict
        .recoveries()
        .forEach(
            recovery ->
                System.out.printf(
                    Locale.ROOT, "%-18s %6.1f s%n", recovery.fault(), recovery.seconds()));
    System.out.println();
    verdict
        .json()
        .forEach(
            (name, value) -> {
              if (!(value instanceof List)) {
                System.out.printf("%-22s %s%n", name, value);
              }
            });
    verdict.complaints().forEach(complaint -> System.out.println("wrong: " + complaint));
    verdict.soak().growing().forEach(growing -> System.out.println("grows: " + growing));
    verdict
        .examples()
        .forEach(
            entry ->
                System.out.printf(
                    "lost: event %s to webhook %d%n", entry.eventId(), entry.webhook()));
    System.out.println(
        verdict.isSound() ? "nothing lost, nothing stuck, nothing out of order" : "FAILED");
  }
}
