package io.httpqueue.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the embedded Postgres.
 *
 * @param path its data directory
 */
record PostgresCluster(Path path) {

  /** Of its superuser, and of the database that is used. */
  static final String NAME = "httpqueue";

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final String PASSWORD = "httpqueue.password";

  /** The one of this major version in a directory, whether it exists or not. */
  static PostgresCluster in(Path directory) {
    return new PostgresCluster(directory.resolve("postgres-18"));
  }

  /** Makes the cluster, unless there is one of this major version. */
  static PostgresCluster openOrCreate(Path directory, PostgresCommands commands)
      throws IOException {
    PostgresCluster cluster = in(directory);
    Path path = cluster.path();
    if (!Files.exists(path)) {
      // A start that was cut short must not leave half a cluster behind under the real name.
      Path unfinished = directory.resolve("postgres-unfinished");
      FileSystemUtils.deleteRecursively(unfinished);
      Path password = directory.resolve("password-unfinished");
      Files.deleteIfExists(password);
      create(unfinished, password, commands);
      Files.move(password, unfinished.resolve(PASSWORD));
      Files.move(unfinished, path);
    }
    return cluster;
  }

  private static void create(Path cluster, Path password, PostgresCommands commands)
      throws IOException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    Files.createFile(
        password,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, HexFormat.of().formatHex(random));
    commands.handOver(password);
    Files.createDirectory(cluster, OWNER_ONLY);
    commands.handOver(cluster);
    PostgresCommands.Result result =
        commands.run(
            "initdb",
            List.of(
                "--pgdata=" + cluster,
                "--username=" + NAME,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // The same on every machine.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--set=timezone=UTC",
                "--set=log_timezone=UTC"));
    if (!result.succeeded()) {
      throw new IOException("initdb: " + result.lastLine());
    }
  }

  DatabaseUrl url(int port, String database) throws IOException {
    String password = Files.readString(path.resolve(PASSWORD), UTF_8);
    String host = "127.0.0.1:" + port;
    return new DatabaseUrl(
        "jdbc:postgresql://%s/%s".formatted(host, database),
        NAME,
        password,
        "%s/%s".formatted(host, database));
  }

  /** Of the Postgres that runs on it or was killed there; 0 if it was stopped. */
  long pid() throws IOException {
    Path file = pidFile();
    if (!Files.exists(file)) {
      return 0;
    }
    return Files.readAllLines(file).stream()
        .limit(1)
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  /** Of the Postgres that runs on it; 0 if none has taken one yet. */
  int port() throws IOException {
    Path file = pidFile();
    // Postgres manual, "Database File Layout": the fourth line.
    return Files.exists(file)
        ? Files.readAllLines(file).stream()
            .skip(3)
            .limit(1)
            .filter(line -> !line.isBlank())
            .mapToInt(line -> Integer.parseInt(line.strip()))
            .findFirst()
            .orElse(0)
        : 0;
  }

  void forgetPid() throws IOException {
    Files.deleteIfExists(pidFile());
  }

  private Path pidFile() {
    return path.resolve("postmaster.pid");
  }

  /** What it says before its own logging has begun. */
  Path startLog() {
    return path.resolve("start.log");
  }

  void forgetStartLog() throws IOException {
    Files.deleteIfExists(startLog());
  }

  String lastOfStartLog() throws IOException {
    return Files.exists(startLog())
        ? new PostgresCommands.Result(0, Files.readString(startLog())).lastLine()
        : "it said nothing";
  }
}
