package io.httpqueue.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;

/**
 * A Postgres of this server's own, for trying out and development: started with it, stopped with
 * it, its data kept and synced to disk. It listens on loopback only, on a free port, and asks for a
 * password that only the owner of the data can read.
 *
 * <p>It is started apart from this process, so that neither a Ctrl-C in the terminal nor the end of
 * this process reaches it before {@link #close()} does. What a killed server left running is
 * stopped by the next start.
 */
final class EmbeddedPostgres implements Postgres {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final int START_ATTEMPTS = 3;

  /** Seconds; a start may have to read a long log of writes first. */
  private static final String START_PATIENCE = "300";

  private static final String STOP_PATIENCE = "30";

  private final Path directory;
  private final Runnable stop;
  private final DatabaseUrl url;

  private EmbeddedPostgres(Path directory, Runnable stop, DatabaseUrl url) {
    this.directory = directory;
    this.stop = stop;
    this.url = url;
  }

  /**
   * Starts it, on the data of the last time where there are any.
   *
   * @param connections how many it is to take
   * @throws PostgresStartException if it does not start, or if another server uses the directory
   */
  static EmbeddedPostgres start(Path directory, int connections) {
    Path absolute = directory.toAbsolutePath().normalize();
    DirectoryLock lock = DirectoryLock.acquire(absolute);
    try {
      PostgresCommands commands =
          new PostgresCommands(PostgresSoftware.unpack(absolute.resolve("software")));
      PostgresCluster cluster = PostgresCluster.openOrCreate(absolute, commands);
      stopLeftOver(cluster, commands);
      AtomicBoolean stopped = new AtomicBoolean();
      Runnable stop =
          () -> {
            // Once only: the directory may be another server's by then.
            if (!stopped.getAndSet(true)) {
              stopAtLast(cluster, commands, lock);
            }
          };
      // Where the process ends in the middle of the start, nobody calls close().
      SpringApplication.getShutdownHandlers().add(stop);
      DatabaseUrl url = start(cluster, commands, connections);
      return new EmbeddedPostgres(absolute, stop, url);
    } catch (IOException | SQLException e) {
      lock.close();
      throw new PostgresStartException(
          "the embedded Postgres in %s did not start: %s".formatted(absolute, e.getMessage()), e);
    } catch (PostgresStartException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * As {@link #start}, or beside a server that has started it already: for a command that is given
   * while the server runs.
   */
  static Postgres startOrJoin(Path directory, int connections) {
    try {
      return start(directory, connections);
    } catch (PostgresStartException e) {
      PostgresCluster cluster = PostgresCluster.in(directory.toAbsolutePath().normalize());
      try {
        long pid = cluster.pid();
        int port = cluster.port();
        if (pid != 0 && port != 0 && PostgresCommands.postgresOn(cluster.path(), pid).isPresent()) {
          return new RemotePostgres(cluster.url(port, PostgresCluster.NAME));
        }
      } catch (IOException unreadable) {
        e.addSuppressed(unreadable);
      }
      throw e;
    }
  }

  private static void stopLeftOver(PostgresCluster cluster, PostgresCommands commands)
      throws IOException {
    long pid = cluster.pid();
    if (pid == 0) {
      return;
    }
    if (PostgresCommands.postgresOn(cluster.path(), pid).isPresent()) {
      log.info("The last server was killed: stopping the Postgres that it left");
      stop(cluster, commands);
    } else {
      // The number may be another process's by now, and Postgres would not start.
      cluster.forgetPid();
    }
  }

  private static DatabaseUrl start(
      PostgresCluster cluster, PostgresCommands commands, int connections)
      throws IOException, SQLException {
    String problem = "";
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      // Somebody else may take the port before Postgres does: then another is tried.
      int port = freePort();
      cluster.forgetStartLog();
      List<String> arguments = new ArrayList<>(List.of("start", "-w", "-t", START_PATIENCE));
      arguments.addAll(List.of("-D", cluster.path().toString()));
      arguments.addAll(List.of("-l", cluster.startLog().toString()));
      arguments.addAll(List.of("-o", options(port, connections)));
      if (commands.run("pg_ctl", arguments).succeeded()) {
        return database(cluster, port);
      }
      problem = cluster.lastOfStartLog();
    }
    throw new PostgresStartException(
        "the embedded Postgres in %s did not start: %s".formatted(cluster.path(), problem));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String options(int port, int connections) {
    return String.join(
        " ",
        "-c listen_addresses=127.0.0.1",
        "-c port=" + port,
        "-c unix_socket_directories=",
        "-c max_connections=" + connections,
        "-c fsync=on",
        "-c synchronous_commit=on",
        "-c full_page_writes=on",
        // A file per day of the week, overwritten a week later.
        "-c logging_collector=on",
        "-c log_filename=postgres-%a.log",
        "-c log_truncate_on_rotation=on",
        "-c log_rotation_size=0",
        "-c log_checkpoints=off");
  }

  private static DatabaseUrl database(PostgresCluster cluster, int port)
      throws IOException, SQLException {
    try (Connection connection = RemotePostgres.connect(cluster.url(port, "postgres"));
        Statement statement = connection.createStatement()) {
      boolean exists;
      try (var found = statement.executeQuery(DATABASE_EXISTS)) {
        exists = found.next();
      }
      if (!exists) {
        statement.execute("CREATE DATABASE " + PostgresCluster.NAME);
      }
    }
    return cluster.url(port, PostgresCluster.NAME);
  }

  private static final String DATABASE_EXISTS =
      "SELECT FROM pg_database WHERE datname = '%s'".formatted(PostgresCluster.NAME);

  @Override
  public DatabaseUrl url() {
    return url;
  }

  @Override
  public String description() {
    return "embedded, data in %s (%s)".formatted(directory, url);
  }

  @Override
  public void close() {
    stop.run();
    try {
      SpringApplication.getShutdownHandlers().remove(stop);
    } catch (IllegalStateException e) {
      // The process ends: it runs once more, and does nothing.
    }
  }

  private static void stopAtLast(
      PostgresCluster cluster, PostgresCommands commands, DirectoryLock lock) {
    try {
      if (cluster.pid() != 0) {
        stop(cluster, commands);
      }
    } catch (IOException e) {
      log.warn("The embedded Postgres in {} did not stop: {}", cluster.path(), e.getMessage());
    } finally {
      lock.close();
    }
  }

  private static void stop(PostgresCluster cluster, PostgresCommands commands) throws IOException {
    PostgresCommands.Result result = stop(cluster, commands, "fast");
    if (!result.succeeded()) {
      result = stop(cluster, commands, "immediate");
    }
    if (!result.succeeded()) {
      throw new IOException(result.lastLine());
    }
  }

  private static PostgresCommands.Result stop(
      PostgresCluster cluster, PostgresCommands commands, String mode) throws IOException {
    String data = cluster.path().toString();
    return commands.run(
        "pg_ctl", List.of("stop", "-D", data, "-m", mode, "-w", "-t", STOP_PATIENCE));
  }
}
