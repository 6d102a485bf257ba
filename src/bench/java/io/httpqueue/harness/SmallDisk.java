package io.httpqueue.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file system of a fixed size in memory, which can be filled up. It is mounted in a namespace of
 * its own, so that no rights are needed for it, and lives as long as the process that holds it.
 */
public final class SmallDisk implements AutoCloseable {

  private static final Duration MOUNT_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final byte[] PIECE = new byte[64 * 1024];

  private final ChildProcess holder;
  private final Path directory;

  private SmallDisk(ChildProcess holder, Path directory) {
    this.holder = holder;
    this.directory = directory;
  }

  /** Whether this machine lets an ordinary process mount one. */
  public static boolean isPossible() {
    try {
      ChildProcess.run(inNamespace("mount -t tmpfs none /mnt"));
      return true;
    } catch (IllegalStateException | UncheckedIOException e) {
      return false;
    }
  }

  /**
   * Mounts one.
   *
   * @param directory an empty one; outside of the namespace it stays empty
   */
  public static SmallDisk mount(Path directory, int megabytes) {
    String script =
        "mount -t tmpfs -o size=%dm none '%s' && touch '%s/.mounted' && exec sleep infinity"
            .formatted(megabytes, directory, directory);
    ChildProcess holder =
        ChildProcess.logging(
            "small disk",
            inNamespace(script),
            Map.of(),
            directory.resolveSibling("."),
            directory.resolveSibling("disk.log"));
    SmallDisk disk = new SmallDisk(holder, directory);
    Path mark = disk.inside().resolve(".mounted");
    if (!Await.until(MOUNT_LIMIT, LOOK, () -> Files.exists(mark))) {
      holder.close();
      throw new IllegalStateException("no file system could be mounted on " + directory);
    }
    delete(mark);
    return disk;
  }

  /** The command that runs another one where the disk is to be seen. */
  public List<String> within(List<String> command) {
    List<String> whole =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--target=" + holder.pid(),
                "--user",
                "--mount",
                "--preserve-credentials",
                "--wd=" + directory));
    whole.addAll(command);
    return whole;
  }

  /** Writes until there is no room, also into what has become free since. */
  public void fill() {
    try (OutputStream file =
        Files.newOutputStream(
            ballast(),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND)) {
      while (true) {
        file.write(PIECE);
      }
    } catch (IOException e) {
      // Full, as it should be.
    }
  }

  /** Makes room again. */
  public void free() {
    delete(ballast());
  }

  @Override
  public void close() {
    holder.close();
  }

  private Path ballast() {
    return inside().resolve(".ballast");
  }

  private Path inside() {
    return Path.of("/proc/" + holder.pid() + "/root" + directory);
  }

  private static List<String> inNamespace(String script) {
    return List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
