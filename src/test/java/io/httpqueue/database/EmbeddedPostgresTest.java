package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** All on one directory, as it is used by one start after the other. */
class EmbeddedPostgresTest {

  /** Another server: starts Postgres, writes a row, and runs until it is killed. */
  static final class Server {

    public static void main(String[] args) throws Exception {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(args[0]), 20);
      jdbc(postgres).sql("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)").update();
      jdbc(postgres).sql("INSERT INTO kept VALUES (" + args[1] + ")").update();
      System.out.println("written");
      Thread.currentThread().join();
    }
  }

  @TempDir private static Path directory;

  @Test
  void keepsItsDataOverARestart() {
    try (EmbeddedPostgres first = start()) {
      jdbc(first).sql("CREATE TABLE restarted AS SELECT 7 AS answer").update();
    }
    try (EmbeddedPostgres second = start()) {
      assertThat(jdbc(second).sql("SELECT answer FROM restarted").query(Integer.class).single())
          .isEqualTo(7);
    }
  }

  @Test
  void writesToDiskBeforeItSaysSo() {
    try (EmbeddedPostgres postgres = start()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(jdbc(postgres).sql("SHOW " + setting).query(String.class).single())
            .as(setting)
            .isEqualTo("on");
      }
    }
  }

  @Test
  void asksForAPassword() {
    try (EmbeddedPostgres postgres = start()) {
      DatabaseUrl url = postgres.url();
      DatabaseUrl guessed = new DatabaseUrl(url.jdbcUrl(), url.user(), "guess", url.display());
      assertThatThrownBy(() -> RemotePostgres.connect(guessed))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void startsAfterItsServerWasKilled() throws Exception {
    Process killed = startServer(1);
    killed.destroyForcibly().waitFor();
    try (EmbeddedPostgres next = start()) {
      assertThat(jdbc(next).sql("SELECT id FROM kept").query(Integer.class).list()).contains(1);
    }
  }

  @Test
  void startsAfterBothWereKilled() throws Exception {
    Process killed = startServer(2);
    long postgres = new PostgresCluster(directory.resolve("postgres-18")).pid();
    killed.destroyForcibly().waitFor();
    ProcessHandle orphan = ProcessHandle.of(postgres).orElseThrow();
    orphan.destroyForcibly();
    orphan.onExit().join();
    try (EmbeddedPostgres next = start()) {
      assertThat(jdbc(next).sql("SELECT id FROM kept").query(Integer.class).list()).contains(2);
    }
  }

  @Test
  void startsWhereTheNumberOfTheKilledPostgresIsAnotherProcessNow() throws Exception {
    start().close();
    Files.writeString(
        directory.resolve("postgres-18/postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (EmbeddedPostgres next = start()) {
      assertThat(jdbc(next).sql("SELECT 1").query(Integer.class).single()).isEqualTo(1);
    }
  }

  @Test
  void refusesASecondServer() throws Exception {
    Process first = startServer(3);
    try {
      assertThatThrownBy(this::start)
          .isInstanceOf(PostgresStartException.class)
          .hasMessageContaining("in use by another HTTPQueue server (process " + first.pid() + ")");
    } finally {
      first.destroyForcibly().waitFor();
    }
  }

  @Test
  void leavesNothingRunningOnceClosed() throws IOException {
    EmbeddedPostgres postgres = start();
    PostgresCluster cluster = new PostgresCluster(directory.resolve("postgres-18"));
    long pid = cluster.pid();
    assertThat(PostgresCommands.postgresOn(cluster.path(), pid)).isPresent();
    postgres.close();
    // Postgres removes its file as the last thing before it exits.
    assertThat(cluster.pid()).isZero();
    await().until(() -> PostgresCommands.postgresOn(cluster.path(), pid).isEmpty());
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(directory, 20);
  }

  private Process startServer(int row) throws IOException {
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName(),
                directory.toString(),
                Integer.toString(row))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = server.inputReader();
    assertThat(output.lines().filter(line -> line.equals("written")).findFirst()).isPresent();
    return server;
  }

  private static JdbcClient jdbc(EmbeddedPostgres postgres) {
    DatabaseUrl url = postgres.url();
    return JdbcClient.create(
        new DriverManagerDataSource(
            url.jdbcUrl(), String.valueOf(url.user()), String.valueOf(url.password())));
  }
}
