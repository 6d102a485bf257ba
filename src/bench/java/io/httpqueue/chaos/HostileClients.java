package io.httpqueue.chaos;

import io.httpqueue.chaos.HostileConnection.Kind;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Ten thousand connections to a server's port, of every {@link Kind}, and streams of pushes whose
 * answers nobody reads. Others must be served beside them, the server's memory stay within bounds,
 * and what is no HTTP/2, or goes beyond what a call may have, be ended.
 */
final class HostileClients implements Fault {

  private static final int CONNECTIONS = 10_000;

  /** Files that this process and a server have open beside them. */
  private static final int OTHER_DESCRIPTORS = 500;

  /** Beyond what the heap and the rest take of a server that is let alone. */
  private static final long MEMORY_LIMIT_BYTES = 900L << 20;

  private static final Duration SERVING_LIMIT = Duration.ofSeconds(20);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int ROUNDS = 8;
  private static final List<Kind> KINDS = List.of(Kind.values());

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    List<HostileConnection> open = new ArrayList<>();
    try (Deafness deaf = Deafness.of(server)) {
      int refused = open(server, random, open);
      cluster.tell(
          "%s %s: %d connections, %d refused".formatted(name(), server, open.size(), refused));
      for (int round = 0; round < ROUNDS; round++) {
        open.forEach(HostileConnection::drip);
        deaf.push();
        cluster.pause(random, 0, 2);
      }
      check(cluster, server, open);
    } finally {
      open.forEach(HostileConnection::close);
    }
    return System.nanoTime();
  }

  private static int open(
      HttpQueueServer server, RandomGenerator random, List<HostileConnection> open) {
    int refused = 0;
    ProcessTree self = new ProcessTree(ProcessHandle.current().pid());
    long limit = Math.min(self.descriptorLimit(), server.processes().descriptorLimit());
    long wanted = Math.min(CONNECTIONS, limit - OTHER_DESCRIPTORS);
    for (int i = 0; i < wanted; i++) {
      Kind kind = KINDS.get(i % KINDS.size());
      try {
        open.add(HostileConnection.open(server.port(), kind, random));
      } catch (IOException e) {
        refused++;
      }
    }
    return refused;
  }

  private static void check(Cluster cluster, HttpQueueServer server, List<HostileConnection> open) {
    if (!Await.until(SERVING_LIMIT, LOOK, server::isServing)) {
      cluster.complain(server + " did not serve others beside hostile clients");
    }
    if (!Await.until(SERVING_LIMIT, LOOK, server::isServingNewClients)) {
      cluster.complain(server + " did not serve who came after hostile clients");
    }
    long bytes = server.processes().memoryBytes();
    cluster.tell(
        "    %s has %d MB and %d descriptors"
            .formatted(server, bytes >> 20, server.processes().descriptors()));
    if (bytes > MEMORY_LIMIT_BYTES) {
      cluster.complain("%s took %d MB of memory".formatted(server, bytes >> 20));
    }
    for (Kind kind : Kind.values()) {
      List<HostileConnection> those = open.stream().filter(one -> one.kind() == kind).toList();
      if (kind.mustEnd()
          && !Await.until(
              END_LIMIT, LOOK, () -> those.stream().allMatch(HostileConnection::isEnded))) {
        cluster.complain(
            "%s keeps %d connections of kind %s"
                .formatted(server, those.stream().filter(one -> !one.isEnded()).count(), kind));
      }
    }
  }
}
