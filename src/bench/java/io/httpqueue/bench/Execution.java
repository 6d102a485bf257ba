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
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Carries out one run on servers that are there, up to the measurement. */
final class Execution implements AutoCloseable {

  static final int PAYLOAD_BYTES = 256;

  /**
   * Events that are enough for the generator's own code; a run that warms up with fewer has none.
   */
  private static final long PACED_WARM_UP = 300;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PUSH_DEADLINE = Duration.ofSeconds(30);

  /**
   * Nothing arrived for so long: it will not arrive. Longer than the backoff after two failures.
   */
  private static final long STALL_NANOS = Duration.ofSeconds(45).toNanos();

  /** For the outcomes of the last deliveries, which are written after the receivers' answers. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  private final Run run;
  private final Deployment deployment;
  private final PostgresServer postgres;
  private final Cleanup processes = new Cleanup();
  private final Receiver receiver;
  private final Webhooks webhooks;
  private final Generator generator;

  /** Those whose webhooks are paused until their time. */
  private final List<Group> paused = new ArrayList<>();

  /**
   * Starts a receiver and a generator for it.
   *
   * @param deployment made for the run, or made to follow it
   * @param directory their files are below it
   */
  Execution(Deployment deployment, Run run, Path directory) {
    this.run = run;
    this.deployment = deployment;
    this.postgres = deployment.postgres();
    this.receiver = processes.add(Receiver.start(run.webhooks(), directory));
    this.webhooks = deployment.register(receiver, this::patterns);
    this.generator = processes.add(Generator.start(pushes(), directory));
  }

  Measurement measure() throws SQLException {
    try (Backlog backlog = new Backlog(postgres, Deployment.DATABASE)) {
      warmUp(backlog);
      behave();
      prepare(backlog);
    }
    long kept = run.surroundings().kept();
    try (OldTransaction _ =
            kept > 0 ? OldTransaction.begin(postgres, Deployment.DATABASE, kept) : null;
        MemorySampler server = new MemorySampler(deployment::serverMemory);
        MemorySampler database = new MemorySampler(() -> postgres.processes().memoryBytes())) {
      Meters before = meters();
      Progress progress = new Progress(run.waiting());
      resume(Duration.ZERO);
      startLoad();
      progress.awaitEnd(run.waiting() > 0 ? generator::stop : () -> {});
      Await.pause(SETTLE);
      Meters used = meters().since(before);
      return new Observation(
              run, ledger(), progress.startNanos, used, server.memory(), database.memory())
          .measurement();
    }
  }

  /**
   * Has events delivered to all webhooks, also to those that get none later: what the servers do
   * for those is to be as well known to their compilers as the rest.
   */
  private void warmUp(Backlog backlog) throws SQLException {
    // Each of several servers is to be as warm as one that is alone.
    long all = run.servers() * run.warmUp();
    // The generator and the receiver are always new.
    long events = deployment.isWarm() ? all / 4 : all;
    if (events > 0) {
      Progress progress = new Progress(Backlog.warmUp(run));
      // Before the first event: the lanes that it starts find them.
      backlog.insertWarmUp(run, webhooks);
      generator.flatOut(events, 16);
      progress.awaitEnd();
    }
    if (!run.fanOut()) {
      generator.keepToNames((int) numbers(true).count());
    }
    if (events > PACED_WARM_UP && run.load() instanceof Load.Paced(long perSecond, _)) {
      // The generator comes to it by other code.
      Progress progress = new Progress(0);
      generator.paced(PACED_WARM_UP, perSecond);
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

  /** Makes what waits, for webhooks that are paused. */
  private void prepare(Backlog backlog) throws SQLException {
    paused.addAll(run.groups().stream().filter(group -> group.waiting() > 0).toList());
    if (!paused.isEmpty()) {
      webhooks.pause(deployment.servers().getFirst(), number -> isOf(paused, number));
      backlog.insert(run, webhooks);
    }
    if (run.load() instanceof Load.Paced) {
      // What waits has waited for long: it has been vacuumed, and is on disk. Without any as well:
      // runs that are compared are to begin alike.
      postgres.execute(Deployment.DATABASE, "VACUUM ANALYZE");
      postgres.execute(Deployment.DATABASE, "CHECKPOINT");
    }
  }

  /** Has those webhooks go on whose time it is so long after the start. */
  private void resume(Duration elapsed) {
    List<Group> due =
        paused.stream().filter(group -> elapsed.compareTo(group.resumed()) >= 0).toList();
    if (!due.isEmpty()) {
      paused.removeAll(due);
      webhooks.resume(deployment.servers().getFirst(), number -> isOf(due, number));
    }
  }

  private boolean isOf(List<Group> groups, int webhook) {
    return groups.contains(run.group(webhook));
  }

  private void startLoad() {
    switch (run.load()) {
      case Load.FlatOut(long events, int callers) -> generator.flatOut(events, callers);
      case Load.Streams(long events, int underWay) -> generator.streams(events, underWay);
      case Load.Paced(long perSecond, long seconds) ->
          generator.paced(perSecond * seconds, perSecond);
    }
  }

  /** Does what is to be done so long after the start. */
  private void act(Duration elapsed) {
    recover(elapsed);
    resume(elapsed);
  }

  private void recover(Duration elapsed) {
    int first = 0;
    for (Group group : run.groups()) {
      if (group.recovery().isPositive() && elapsed.compareTo(group.recovery()) >= 0) {
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
    return Meters.read(deployment.servers(), postgres, Deployment.DATABASE, generator, receiver);
  }

  private Generator.Settings pushes() {
    List<Integer> ports = deployment.servers().stream().map(HttpQueueServer::port).toList();
    List<String> events =
        run.fanOut()
            ? List.of("all")
            : IntStream.concat(numbers(true), numbers(false)).mapToObj(Execution::event).toList();
    return new Generator.Settings(
        ports, 2, Webhooks.NAMESPACE, events, PAYLOAD_BYTES, PUSH_DEADLINE, false);
  }

  /** Of the webhooks to which events are pushed once it is warm, or of the others. */
  private IntStream numbers(boolean target) {
    return IntStream.range(0, run.webhooks())
        .filter(webhook -> run.group(webhook).target() == target);
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
    private final long acceptedAtStart = generator.state().accepted();
    private final long takenBefore = receiver.taken();
    private final long waiting;

    Progress(long waiting) {
      this.waiting = waiting;
    }

    /** Waits for all of them, or until nothing arrives any more. */
    void awaitEnd() {
      awaitEnd(() -> {});
    }

    /**
     * The same.
     *
     * @param drained run, perhaps more than once, when all has arrived that waited
     */
    void awaitEnd(Runnable drained) {
      long accepted = acceptedAtStart;
      long lastTaken = -1;
      long lastChange = System.nanoTime();
      while (System.nanoTime() - lastChange < STALL_NANOS) {
        act(Duration.ofNanos(System.nanoTime() - startNanos));
        long acceptedBefore = accepted;
        Generator.State state = generator.state();
        boolean idle = state.isIdle();
        accepted = state.accepted();
        long taken = receiver.taken();
        if (idle && taken - takenBefore >= due(accepted)) {
          return;
        }
        // What has just been accepted may be under way.
        if (taken - takenBefore >= due(acceptedBefore)) {
          drained.run();
        }
        if (taken != lastTaken) {
          lastTaken = taken;
          lastChange = System.nanoTime();
        }
        Await.pause(POLL);
      }
    }

    private long due(long accepted) {
      return (accepted - acceptedAtStart) * run.deliveriesPerEvent() + waiting;
    }
  }
}
