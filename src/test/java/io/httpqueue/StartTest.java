package io.httpqueue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a start: in processes of their own, with nothing but variables set. */
@Order(2)
@Timeout(600)
class StartTest {

  private static final String LAST_LINE =
      "Try it:   make listen, then make demo in another terminal";

  private record Ended(int exitCode, List<String> lines) {}

  @TempDir private Path directory;

  @Test
  void aCleanStartIsCalmAndItsEndLeavesNothingRunning() throws Exception {
    Process server =
        start(Map.of("GRPC_PORT", "0", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"));
    List<String> lines =
        server.inputReader(UTF_8).lines().takeWhile(line -> !line.contains(LAST_LINE)).toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).contains(" INFO "));
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("is up"));
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("No OTLP collector"));
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("Requests may go to this machine"));
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("Postgres: embedded, data in " + directory));

    Path pidFile = directory.resolve("data/postgres-18/postmaster.pid");
    long postgres = Long.parseLong(Files.readAllLines(pidFile).getFirst());
    // Process.destroy() would close the stream that is still to be read.
    server.toHandle().destroy();
    assertThat(server.inputReader(UTF_8).lines())
        .allSatisfy(line -> assertThat(line).contains(" INFO "));
    assertThat(server.waitFor()).isEqualTo(143);
    // Postgres removes the file as the last thing before it exits.
    assertThat(pidFile).doesNotExist();
    await().until(() -> ProcessHandle.of(postgres).isEmpty());
  }

  @Test
  void anEndInTheMiddleOfTheStartLeavesNothingRunning() throws Exception {
    Process server = start(Map.of("GRPC_PORT", "0"));
    Path pidFile = directory.resolve("data/postgres-18/postmaster.pid");
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(pidFile));
    server.toHandle().destroy();
    assertThat(server.waitFor()).isEqualTo(143);
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void anEndWhileItWaitsForPostgresIsPrompt() throws Exception {
    Process server =
        start(
            Map.of(
                "DATABASE_URL", "postgres://127.0.0.1:9/app",
                "HTTPQUEUE_DATABASE_STARTUP_WAIT", "1h"));
    assertThat(server.inputReader(UTF_8).readLine()).contains("Waiting for Postgres");
    server.toHandle().destroy();
    assertThat(server.waitFor()).isEqualTo(143);
  }

  @Test
  void wrongSettingsStopTheStartWithALineEach() throws Exception {
    Ended ended = run(Map.of("GRPC_PORT", "fifty", "HTTPQUEUE_RETENTION_KEPT", "1d"));
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines())
        .containsExactly(
            "GRPC_PORT=fifty is not allowed; allowed: a whole number from 0 to 65535",
            "HTTPQUEUE_RETENTION_KEPT is no setting; the nearest is HTTPQUEUE_RETENTION_KEEP"
                + " (all: docs/configuration.md)");
  }

  @Test
  void aPortInUseStopsTheStartWithALine() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase();
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      Ended ended =
          run(
              Map.of(
                  "DATABASE_URL", database.jdbcUrl(),
                  "GRPC_PORT", Integer.toString(other.getLocalPort())));
      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.lines().stream().filter(line -> !line.contains(" INFO ")))
          .singleElement()
          .asString()
          .contains("HTTPQueue did not start", "GRPC_PORT", "Address already in use");
    }
  }

  @Test
  void aPostgresThatIsNotThereStopsTheStartWithALineWithoutThePassword() throws Exception {
    Ended ended =
        run(
            Map.of(
                "DATABASE_URL", "postgres://me:secret@127.0.0.1:9/app",
                "HTTPQUEUE_DATABASE_STARTUP_WAIT", "0s"));
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .contains("HTTPQueue did not start: Postgres at 127.0.0.1:9/app", "refused")
        .doesNotContain("secret");
  }

  @Test
  void aFailedStartShowsItsStackTraceAtDebug() throws Exception {
    Ended ended =
        run(
            Map.of(
                "DATABASE_URL", "postgres://127.0.0.1:9/app",
                "HTTPQUEUE_DATABASE_STARTUP_WAIT", "0s",
                "HTTPQUEUE_LOG_LEVEL", "debug"));
    assertThat(ended.lines()).anySatisfy(line -> assertThat(line).startsWith("\tat io.httpqueue"));
  }

  @Test
  void migrateMakesTheTablesAndEnds() throws Exception {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      Ended ended = run(Map.of("DATABASE_URL", database.jdbcUrl()), "migrate");
      assertThat(ended.exitCode()).as("%s", ended.lines()).isZero();
      assertThat(ended.lines())
          .singleElement()
          .asString()
          .contains("Postgres has the newest tables");
      assertThat(tables(database)).contains("webhook", "event", "jobrunr_jobs");
    }
  }

  @Test
  void twoServersThatStartAtOnceMigrateAnEmptyDatabaseOnce() throws Exception {
    try (TestDatabase database = TestPostgres.emptyDatabase();
        ExecutorService starts = Executors.newFixedThreadPool(2)) {
      Callable<TestServer> start = () -> TestServer.start(database);
      for (Future<TestServer> server : starts.invokeAll(List.of(start, start))) {
        server.get().close();
      }
      List<String> migrations =
          database
              .jdbc()
              .sql("SELECT script || ' ' || success FROM flyway_schema_history")
              .query((row, _) -> row.getString(1))
              .list();
      assertThat(migrations).doesNotHaveDuplicates().allMatch(line -> line.endsWith(" true"));
    }
  }

  private static List<String> tables(TestDatabase database) {
    return database
        .jdbc()
        .sql("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        .query((row, _) -> row.getString(1))
        .list();
  }

  private Ended run(Map<String, String> variables, String... arguments) throws Exception {
    Process server = start(variables, arguments);
    List<String> lines = server.inputReader(UTF_8).lines().toList();
    if (!server.waitFor(10, TimeUnit.SECONDS)) {
      server.destroyForcibly();
    }
    return new Ended(server.waitFor(), lines);
  }

  private Process start(Map<String, String> variables, String... arguments) throws IOException {
    ProcessBuilder server =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            HttpQueueApplication.class.getName());
    server.command().addAll(List.of(arguments));
    server
        .environment()
        .keySet()
        .removeIf(name -> name.matches("HTTPQUEUE_.*|DATABASE_URL|OTEL_.*"));
    server.environment().putAll(variables);
    return server.directory(directory.toFile()).redirectErrorStream(true).start();
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            // An empty one would be this project's directory, and its ./data the server's.
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
