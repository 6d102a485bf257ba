package io.httpqueue.bench;

import io.httpqueue.harness.ChildProcess;
import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.Conversation;
import io.httpqueue.harness.Jvm;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.ProcessTree;
import io.httpqueue.harness.Receiver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a delivery cannot cost less than: CPU of the same rows written by bare JDBC, Postgres' part
 * included, and of the same requests sent by a bare HttpClient. Measured once for each fan-out.
 */
final class Floor {

  private static final String DATABASE = "floor";
  private static final int WEBHOOKS = 10;

  private final Site site;
  private final Size size;
  private final Map<Integer, Double> known = new HashMap<>();

  Floor(Site site, Size size) {
    this.site = site;
    this.size = size;
  }

  /** Microseconds of CPU for each delivery. */
  double cpuMicrosPerDelivery(int fanOut) {
    return known.computeIfAbsent(fanOut, this::measure);
  }

  private double measure(int fanOut) {
    site.createDatabase(DATABASE);
    Path home = site.directory().toAbsolutePath();
    try (Cleanup processes = new Cleanup();
        Receiver receiver = processes.add(Receiver.start(WEBHOOKS, site.directory()))) {
      ChildProcess process =
          processes.add(
              ChildProcess.answering(
                  "floor",
                  Jvm.command(FloorMain.class, List.of("-Xmx512m"), List.of()),
                  home,
                  home.resolve("floor.log")));
      Conversation conversation = new Conversation(process);
      String write = "write %s %%d %d".formatted(site.postgres().jdbcUrl(DATABASE), fanOut);
      String send = "send %d " + urls(receiver);
      return cost(process, conversation, write) + cost(process, conversation, send);
    }
  }

  /** The cost of one delivery, once the code is warm. */
  private double cost(ChildProcess process, Conversation conversation, String command) {
    long deliveries = size.of(1_000, 15_000, 100_000);
    conversation.ask(command.formatted(deliveries));
    long before = cpuMicros(process);
    conversation.ask(command.formatted(deliveries));
    return (double) (cpuMicros(process) - before) / deliveries;
  }

  private long cpuMicros(ChildProcess process) {
    PostgresServer postgres = site.postgres();
    return new ProcessTree(process.pid()).cpuMicros() + postgres.processes().cpuMicros();
  }

  private static String urls(Receiver receiver) {
    return IntStream.range(0, WEBHOOKS)
        .mapToObj(webhook -> receiver.url(webhook).toString())
        .collect(Collectors.joining(","));
  }
}
