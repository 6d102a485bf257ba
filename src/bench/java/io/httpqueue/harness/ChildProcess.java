package io.httpqueue.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that this one started and does not leave behind. */
public final class ChildProcess implements AutoCloseable {

  private final String name;
  private final Process process;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a process that only writes.
   *
   * @param environment added to this process's own
   * @param log its output is appended here
   */
  public static ChildProcess logging(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Path log) {
    ProcessBuilder builder = builder(command, environment, directory);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return start(name, builder);
  }

  /** Starts a process that answers commands, a line each: see {@link CommandLoop}. */
  public static ChildProcess answering(
      String name, List<String> command, Path directory, Path log) {
    ProcessBuilder builder = builder(command, Map.of(), directory);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return start(name, builder);
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal by name: {@code TERM}, {@code KILL}, {@code STOP}, {@code CONT}. */
  public void signal(String signal) {
    run(List.of("kill", "-" + signal, Long.toString(pid())));
  }

  /** Waits for its end. Returns whether it came in time. */
  public boolean awaitExit(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  BufferedReader output() {
    return process.inputReader();
  }

  BufferedWriter input() {
    return process.outputWriter();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  @Override
  public String toString() {
    return name + " (process " + pid() + ")";
  }

  /** Runs a command to its end; fails if it fails. */
  static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), Jvm.CHARSET);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ProcessBuilder builder(
      List<String> command, Map<String, String> environment, Path directory) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.directory(directory.toFile());
    return builder;
  }

  private static ChildProcess start(String name, ProcessBuilder builder) {
    try {
      Files.createDirectories(builder.directory().toPath());
      return new ChildProcess(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + name, e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
