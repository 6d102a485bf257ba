package io.httpqueue.bench;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.Behaviour;
import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.Generator;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.Ledger;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Receiver;
import io.httpqueue.harness.Webhooks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Carries out one run, from an empty database to the measurement. */
final class Execution implements AutoCloseable {

  static final int PAYLOAD_BYTES = 256;

  private static final String DATABASE = "run";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration WEBHOOK_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PUSH_DEADLINE = Duration.ofSeconds(30);

  /**
   * Nothing arrived for so long: it will not arrive. Longer than the backoff after two failures.
   */
  private static final long STALL_NANOS = Duration.ofSeconds(45).toNanos();

  /** For the outcomes of the last deliveries, which are written after the receivers' answers. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  private final Run run;
  private final PostgresServer postgres;
  private final Cleanup processes = new Cleanup();
  private final Receiver receiver;
  private final List<HttpQueueServer> servers;
  private final Webhooks webhooks;
  private final Generator generator;

  Execution(Site site, Run run) throws SQLException {
    this.run = run;
    this.postgres = site.postgres();
    site.createDatabase(DATABASE);
    run.surroundings().write(postgres, DATABASE);
    this.receiver = processes.add(Receiver.start(run.webhooks(), site.directory()));
    this.servers =
        IntStream.range(0, run.servers())
            .mapToObj(
                i -> site.startServer("server-" + i, run.product(), run.telemetry(), DATABASE))
            .map(processes::add)
            .toList();
    servers.forEach(server -> server.awaitServing(Site.START_LIMIT));
    this.webhooks =
        Webhooks.register(
            servers.getFirst(), receiver, run.webhooks(), this::patterns, WEBHOOK_TIMEOUT);
    this.generator = processes.add(Generator.start(pushes(), site.directory()));
  }

  Measurement measure() throws SQLException {
    warmUp();
    behave();
    long kept = run.surroundings().kept();
    try (OldTransaction _ = kept > 0 ? OldTransaction.begin(postgres, DATABASE, kept) : null;
        Backlog backlog = new Backlog(postgres, DATABASE);
        MemorySampler server = new MemorySampler(this::serverMemory);
        MemorySampler database = new MemorySampler(() -> postgres.processes().memoryBytes())) {
      backlog.insert(run, webhooks);
      if (run.waiting() > 0) {
        // What is to be drained has waited for long, and is on disk. Else it is written there amid
        // the drain, by the system and all at once.
        postgres.execute(DATABASE, "CHECKPOINT");
      }
      Meters before = meters();
      Progress progress = new Progress(run.waiting());
      backlog.commit();
      startLoad();
      progress.awaitEnd();
      Await.pause(SETTLE);
      Meters used = meters().since(before);
      return new Observation(
              run, ledger(), progress.startNanos, used, server.memory(), database.memory())
          .measurement();
    }
  }

  private void warmUp() {
    if (run.warmUp() > 0) {
      Progress progress = new Progress(0);
      // Each of several servers is to be as warm as one that is alone.
      generator.flatOut(run.servers() * run.warmUp(), 16);
      progress.awaitEnd();
    }
  }

  private void behave() {
    int first = 0;
    for (Group group : run.groups()) {
      receiver.behave(first, first + group.webhooks(), group.behaviour());
      first += group.webhooks();
    }
  }

  private void startLoad() {
    switch (run.load()) {
      case Load.FlatOut(long events, int callers) -> generator.flatOut(events, callers);
      case Load.Streams(long events, int underWay) -> generator.streams(events, underWay);
      case Load.Paced(long perSecond, long seconds) ->
          generator.paced(perSecond * seconds, perSecond);
    }
  }

  private void recover(long elapsedNanos) {
    int first = 0;
    for (Group group : run.groups()) {
      long recovery = group.recovery().toNanos();
      if (recovery > 0 && elapsedNanos >= recovery) {
        receiver.behave(first, first + group.webhooks(), Behaviour.ok());
      }
      first += group.webhooks();
    }
  }

  private Ledger ledger() {
    Ledger ledger = new Ledger();
    ledger.promise(generator.pushes(), webhooks);
    Backlog.promise(run, ledger);
    ledger.receive(receiver.receipts());
    return ledger;
  }

  private Meters meters() {
    return Meters.read(servers, postgres, DATABASE, generator, receiver);
  }

  private long serverMemory() {
    return servers.stream().mapToLong(server -> server.processes().memoryBytes()).sum();
  }

  private Generator.Settings pushes() {
    List<Integer> ports = servers.stream().map(HttpQueueServer::port).toList();
    List<String> events =
        run.fanOut()
            ? List.of("all")
            : IntStream.range(0, run.webhooks())
                .filter(webhook -> run.group(webhook).target())
                .mapToObj(Execution::event)
                .toList();
    return new Generator.Settings(
        ports, 2, Webhooks.NAMESPACE, events, PAYLOAD_BYTES, PUSH_DEADLINE, false);
  }

  private List<String> patterns(int webhook) {
    return List.of(run.fanOut() ? "all" : event(webhook));
  }

  private static String event(int webhook) {
    return "event." + webhook;
  }

  @Override
  public void close() {
    processes.close();
  }

  /** How far the deliveries are that were made since. */
  private final class Progress {

    private final long startNanos = System.nanoTime();
    private final long acceptedBefore = generator.state().accepted();
    private final long takenBefore = receiver.taken();
    private final long waiting;

    Progress(long waiting) {
      this.waiting = waiting;
    }

    /** Waits for all of them, or until nothing arrives any more. */
    void awaitEnd() {
      long lastTaken = -1;
      long lastChange = System.nanoTime();
      while (System.nanoTime() - lastChange < STALL_NANOS) {
        recover(System.nanoTime() - startNanos);
        boolean idle = generator.state().isIdle();
        long taken = receiver.taken();
        if (idle && taken - takenBefore >= due()) {
          return;
        }
        if (taken != lastTaken) {
          lastTaken = taken;
          lastChange = System.nanoTime();
        }
        Await.pause(POLL);
      }
    }

    private long due() {
      long accepted = generator.state().accepted() - acceptedBefore;
      return accepted * run.deliveriesPerEvent() + waiting;
    }
  }
}
