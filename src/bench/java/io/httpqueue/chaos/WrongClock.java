package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.HttpQueueServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** One server runs for a while under a clock that is five minutes off. Needs libfaketime. */
final class WrongClock implements Fault {

  private static final Duration SERVING_LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(200);

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public String obstacle() {
    return libraries().isEmpty() ? "libfaketime is not installed" : "";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    String offset = random.nextBoolean() ? "+5m" : "-5m";
    cluster.tell("%s %s %s".formatted(name(), offset, server));
    server.terminate();
    // Not the program of that name: it would stand between us and the server's signals.
    server.startUnder(
        List.of(
            "env",
            "LD_PRELOAD=" + libraries().getFirst(),
            "FAKETIME=" + offset,
            "FAKETIME_DONT_FAKE_MONOTONIC=1"));
    // One that does not serve under such a clock does right, as long as it harms no other.
    boolean serves = Await.until(SERVING_LIMIT, LOOK, server::isServing);
    cluster.tell("    %s %s".formatted(server, serves ? "serves" : "does not serve"));
    cluster.pause(random, 8, 15);
    server.terminate();
    server.start();
    return System.nanoTime();
  }

  // Where Debian and its like install it, for any architecture.
  private static List<Path> libraries() {
    Path root = Path.of("/usr/lib");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, "*-linux-gnu*")) {
      List<Path> found = new ArrayList<>();
      for (Path directory : directories) {
        Path library = directory.resolve("faketime/libfaketimeMT.so.1");
        if (Files.exists(library)) {
          found.add(library);
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
