package io.httpqueue.bench;

import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.CollectorSink;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.Jvm;
import io.httpqueue.harness.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What all runs share: one Postgres, and a database migrated by the server to copy from. */
final class Site {

  static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final String TEMPLATE = "migrated";

  private final Options options;
  private final PostgresServer postgres;
  private final CollectorSink collector;

  private Site(Options options, PostgresServer postgres, CollectorSink collector) {
    this.options = options;
    this.postgres = postgres;
    this.collector = collector;
  }

  static Site open(Options options, Cleanup cleanup) {
    if (!Files.exists(options.jar())) {
      throw new IllegalArgumentException(
          "no server at " + options.jar() + "; build it first (mvn package) or name it with --jar");
    }
    Path binaries = Path.of("target", "postgres");
    PostgresServer postgres =
        cleanup.add(PostgresServer.create(binaries, options.directory().resolve("postgres")));
    postgres.makeLogFiles(options.size().of(0, 32, 160));
    Site site = new Site(options, postgres, cleanup.add(new CollectorSink()));
    site.migrate();
    return site;
  }

  PostgresServer postgres() {
    return postgres;
  }

  Path directory() {
    return options.directory();
  }

  /** Makes a migrated, empty database in place of one of the same name. */
  void createDatabase(String name) {
    postgres.execute("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    postgres.execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    postgres.execute("postgres", "CHECKPOINT");
  }

  HttpQueueServer startServer(
      String name, Run.Product product, Telemetry telemetry, String database) {
    Map<String, String> settings = telemetry.settings(collector.endpoint());
    Launch launch =
        switch (product) {
          case HTTPQUEUE ->
              new Launch(Jvm.jar(options.jar().toString(), options.serverOptions()), settings);
          case BASELINE ->
              new Launch(
                  Jvm.command(BaselineMain.class, options.serverOptions(), List.of()), settings);
        };
    return new HttpQueueServer(name, launch, postgres.url(database), options.directory());
  }

  private void migrate() {
    postgres.createDatabase(TEMPLATE);
    try (HttpQueueServer server =
        startServer("migration", Run.Product.HTTPQUEUE, Telemetry.NONE, TEMPLATE)) {
      server.awaitServing(START_LIMIT);
      server.terminate();
    }
  }
}
