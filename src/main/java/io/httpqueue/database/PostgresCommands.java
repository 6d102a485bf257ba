package io.httpqueue.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs Postgres's own commands. They refuse to run as root, so that root runs them as {@code
 * nobody}, who may pass through any directory: the data may lie below root's home.
 */
final class PostgresCommands {

  private static final String STAND_IN = "nobody";
  private static final List<String> AS_STAND_IN =
      List.of(
          "setpriv",
          "--reuid=" + STAND_IN,
          "--clear-groups",
          "--inh-caps=-all,+dac_override",
          "--ambient-caps=+dac_override",
          "--bounding-set=-all,+dac_override",
          // Otherwise access(2), by which initdb looks for its programs, knows no capabilities.
          "--securebits=+no_setuid_fixup");

  /** How a command ended, and what it wrote. */
  record Result(int exitCode, String output) {

    boolean succeeded() {
      return exitCode == 0;
    }

    /** The last line that says something. */
    String lastLine() {
      return output.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
    }
  }

  private final Path bin;
  private final boolean root;

  /**
   * @param home what {@link PostgresSoftware#unpack} returned
   */
  PostgresCommands(Path home) throws IOException {
    this.bin = home.resolve("bin");
    this.root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
  }

  /** Runs a command to its end. */
  Result run(String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(root ? AS_STAND_IN : List.of());
    command.add(bin.resolve(name).toString());
    command.addAll(arguments);
    Process process = start(command);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while %s ran".formatted(name), e);
    }
  }

  private Process start(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      if (root) {
        throw new IOException(
            "Postgres refuses to run as root, and setpriv (util-linux) cannot be run to change the"
                + " user; run HTTPQueue as another user, or set DATABASE_URL",
            e);
      }
      throw e;
    }
  }

  /** Gives a file or directory to whom the commands run as. */
  void handOver(Path path) throws IOException {
    if (root) {
      Files.setOwner(
          path,
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(STAND_IN));
    }
  }

  /** The running process of this number, if it is a Postgres on these data. */
  static Optional<ProcessHandle> postgresOn(Path cluster, long pid) {
    return ProcessHandle.of(pid)
        .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(arguments -> List.of(arguments).contains(cluster.toString()))
                    // macOS does not tell
                    .orElse(true));
  }
}
