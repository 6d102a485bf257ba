package io.httpqueue.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres of our own, as durable as one in production ({@code fsync} and {@code
 * synchronous_commit} on), that can be killed and started again on the same port and data.
 */
public final class PostgresServer implements AutoCloseable {

  /** What differs from Postgres' own defaults: room for several servers and for minutes of WAL. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "fsync", "on",
          "synchronous_commit", "on",
          "max_connections", "200",
          "shared_buffers", "512MB",
          "max_wal_size", "4GB",
          "min_wal_size", "3GB",
          "timezone", "Asia/Kolkata");

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private static final int SMALL_DISK_MEGABYTES = 1024;

  private final Path bin;
  private final @Nullable SmallDisk disk;
  private final Path data;
  private final Path log;
  private final int port;
  private ChildProcess process;

  private PostgresServer(Path bin, @Nullable SmallDisk disk, Path directory, int port) {
    this.bin = bin;
    this.disk = disk;
    this.data = directory.resolve("data");
    this.log = directory.resolve("postgres.log");
    this.port = port;
    this.process = launch();
  }

  /**
   * Makes an empty cluster below a directory, in place of what is there, and starts it.
   *
   * @param binaries where the programs are kept from one run to the next
   */
  public static PostgresServer create(Path binaries, Path directory) {
    Path home = emptied(directory);
    return create(binaries, null, home);
  }

  /** The same on a disk of a gigabyte in memory, which can be filled up. */
  public static PostgresServer createOnSmallDisk(Path binaries, Path directory) {
    Path home = emptied(directory);
    makeDirectory(home.resolve("data"));
    return create(binaries, SmallDisk.mount(home.resolve("data"), SMALL_DISK_MEGABYTES), home);
  }

  private static PostgresServer create(Path binaries, @Nullable SmallDisk disk, Path home) {
    Path bin = PostgresBinaries.unpack(binaries.toAbsolutePath());
    ChildProcess.run(
        notAsRoot(
            disk,
            bin.resolve("initdb").toString(),
            "--pgdata=" + home.resolve("data"),
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale"));
    PostgresServer server = new PostgresServer(bin, disk, home, FreePorts.next());
    server.awaitReady();
    return server;
  }

  private static Path emptied(Path directory) {
    Path home = directory.toAbsolutePath();
    delete(home.resolve("data"));
    makeDirectory(home);
    return home;
  }

  /** What its data is on; null for the machine's own disk. */
  public @Nullable SmallDisk disk() {
    return disk;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Where it listens, on the loopback interface. */
  public int port() {
    return port;
  }

  /** The postmaster with its backends. */
  public ProcessTree processes() {
    return new ProcessTree(process.pid());
  }

  /** The name of a database in the form of JDBC. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(port, database);
  }

  /** The name of a database as servers are given it. */
  public String url(String database) {
    return "postgres://postgres@127.0.0.1:%d/%s?sslmode=disable".formatted(port, database);
  }

  /** Opens a connection. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database));
  }

  /** Runs one statement outside of any transaction. */
  public void execute(String database, String sql) {
    try (Connection connection = connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("Postgres refused: " + sql, e);
    }
  }

  /** The first column of the first row, as a number. */
  public long number(String database, String sql) {
    try (Connection connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("Postgres refused: " + sql, e);
    }
  }

  /** Makes a database anew. */
  public void createDatabase(String database) {
    execute("postgres", "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    execute("postgres", "CREATE DATABASE " + database);
  }

  /**
   * Has it write so many files of its log, of 16 MB each, that are there to be used again, as with
   * one that has been at work for some hours. One that has to be made holds all commits up for as
   * long as its disk takes to write 16 MB.
   */
  public void makeLogFiles(long count) {
    try (Connection connection = connect("postgres");
        var statement = connection.createStatement()) {
      for (long i = 0; i < count; i++) {
        statement.execute("SELECT pg_logical_emit_message(false, 'bench', '')");
        statement.execute("SELECT pg_switch_wal()");
      }
      statement.execute("CHECKPOINT");
    } catch (SQLException e) {
      throw new IllegalStateException("Postgres refused to write its log", e);
    }
  }

  /** SIGKILL to the postmaster; its backends end by themselves. */
  public void kill() {
    List<ProcessHandle> backends =
        ProcessHandle.of(process.pid()).stream().flatMap(ProcessHandle::descendants).toList();
    process.signal("KILL");
    process.awaitExit(START_LIMIT);
    Await.until(START_LIMIT, POLL, () -> backends.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** The stop that an operator asks for: connections are cut, nothing is left to recover. */
  public void stop() {
    process.signal("INT");
    if (!process.awaitExit(START_LIMIT)) {
      process.close();
    }
  }

  /** Starts it again after {@link #kill} or {@link #stop}. */
  public void start() {
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Override
  public String toString() {
    return "Postgres on port " + port;
  }

  private ChildProcess launch() {
    List<String> command = new ArrayList<>();
    command.add(bin.resolve("postgres").toString());
    command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    if (disk != null) {
      command.addAll(List.of("-c", "max_wal_size=256MB", "-c", "min_wal_size=32MB"));
    }
    return ChildProcess.logging(
        "Postgres", notAsRoot(disk, command.toArray(String[]::new)), Map.of(), data, log);
  }

  private void awaitReady() {
    if (!Await.until(START_LIMIT, POLL, this::isReady)) {
      throw new IllegalStateException("Postgres did not start; see " + log);
    }
  }

  private boolean isReady() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  // Postgres refuses to run as root. In a user namespace of its own it is nobody, and the files
  // that root made are still its own.
  private static List<String> notAsRoot(@Nullable SmallDisk disk, String... command) {
    List<String> whole = new ArrayList<>();
    if (disk != null || System.getProperty("user.name").equals("root")) {
      whole.addAll(List.of("unshare", "--user"));
    }
    whole.addAll(List.of(command));
    return disk == null ? whole : disk.within(whole);
  }

  private static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
