package io.httpqueue.chaos;

import io.httpqueue.harness.HttpQueueServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** One server runs for a while under a clock that is five minutes off. Needs {@code faketime}. */
final class WrongClock implements Fault {

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public String obstacle() {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "faketime")));
    return found ? "" : "faketime is not installed";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    String offset = random.nextBoolean() ? "+5m" : "-5m";
    cluster.tell("%s %s %s".formatted(name(), offset, server));
    server.terminate();
    server.startUnder(List.of("env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", offset));
    cluster.awaitServing();
    cluster.pause(random, 8, 15);
    server.terminate();
    server.start();
    return System.nanoTime();
  }
}
