package io.httpqueue.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and its children, from {@code /proc} (see proc(5)). For Postgres
 * that is the postmaster with all its backends; the time of those that have ended is kept by their
 * parent.
 */
public record ProcessTree(long pid) {

  /** {@code USER_HZ}; 100 on every Linux that Java runs on. */
  private static final long TICKS_PER_SECOND = 100;

  private static final String DESCRIPTOR_LIMIT = "Max open files";

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final int CHILDREN_UTIME = 13;
  private static final int CHILDREN_STIME = 14;

  /** User and system time so far, in microseconds, to the nearest 10 ms. */
  public long cpuMicros() {
    long ticks = members().map(ProcessTree::stat).mapToLong(ProcessTree::ticks).sum();
    List<String> root = stat(pid);
    if (!root.isEmpty()) {
      ticks += field(root, CHILDREN_UTIME) + field(root, CHILDREN_STIME);
    }
    return ticks * (1_000_000 / TICKS_PER_SECOND);
  }

  /** Resident bytes; what the members share is counted once. */
  public long memoryBytes() {
    List<List<String>> all = members().map(ProcessTree::status).toList();
    long own = all.stream().mapToLong(lines -> kibibytes(lines, "RssAnon:")).sum();
    long shared = all.stream().mapToLong(lines -> kibibytes(lines, "RssShmem:")).max().orElse(0);
    long files = all.stream().mapToLong(lines -> kibibytes(lines, "RssFile:")).max().orElse(0);
    return 1024 * (own + shared + files);
  }

  /** Threads that the process itself has; 0 if it has ended. */
  public long threads() {
    return count("task");
  }

  /** Files and connections that the process itself has open; 0 if it has ended. */
  public long descriptors() {
    return count("fd");
  }

  /** How many files and connections the process itself may have open. */
  public long descriptorLimit() {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "limits"))) {
      String limits =
          lines
              .filter(line -> line.startsWith(DESCRIPTOR_LIMIT))
              .map(line -> line.substring(DESCRIPTOR_LIMIT.length()).strip())
              .findFirst()
              .orElseThrow();
      String limit = limits.substring(0, limits.indexOf(' '));
      return limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long count(String directory) {
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), directory))) {
      return entries.count();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private Stream<Long> members() {
    return Stream.concat(Stream.of(pid), children());
  }

  private Stream<Long> children() {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid);
  }

  /** The fields after the name of the program, which may hold anything; empty if it has ended. */
  private static List<String> stat(long id) {
    List<String> lines = lines(id, "stat");
    if (lines.isEmpty()) {
      return lines;
    }
    String line = lines.getFirst();
    return List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
  }

  private static List<String> status(long id) {
    return lines(id, "status");
  }

  private static List<String> lines(long id, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(id), file));
    } catch (IOException e) {
      // It has ended.
      return List.of();
    }
  }

  private static long ticks(List<String> stat) {
    return stat.isEmpty() ? 0 : field(stat, UTIME) + field(stat, STIME);
  }

  private static long field(List<String> stat, int index) {
    return Long.parseLong(stat.get(index));
  }

  private static long kibibytes(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
