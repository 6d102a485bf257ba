package io.httpqueue.chaos;

import io.httpqueue.api.v1.Ordering;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.Behaviour;
import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.Generator;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.Jvm;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Pushes;
import io.httpqueue.harness.Receiver;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.Webhooks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What faults are injected into: a Postgres, servers that reach it through proxies, receivers. */
final class Cluster implements AutoCloseable {

  static final String DATABASE = "chaos";
  static final int WEBHOOKS = 14;

  /** The webhook that keeps the order of each key; and the one that keeps the order of all. */
  static final int ORDERED_BY_KEY = 12;

  static final int ORDERED_AS_A_WHOLE = 13;

  /** The receivers of the webhooks below this number never misbehave. */
  static final int RELIABLE = 8;

  static final Duration WEBHOOK_TIMEOUT = Duration.ofSeconds(2);

  private static final int CHAINS = 4;
  private static final int EVENT_NAMES = 4;
  private static final int PAYLOAD_BYTES = 256;
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration PUSH_DEADLINE = Duration.ofSeconds(10);

  /** For many starts on a small machine: it is not speed that is measured here. */
  private static final List<String> SERVER_OPTIONS =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** Short times, so that a run of two minutes sees many a lease end and many a retry. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "HTTPQUEUE_DELIVERY_LEASE", "5s",
          "HTTPQUEUE_RETRY_MAX_ATTEMPTS", "100",
          "HTTPQUEUE_RETRY_FIRST_DELAY", "1s",
          "HTTPQUEUE_RETRY_FACTOR", "1.5",
          "HTTPQUEUE_RETRY_MAX_DELAY", "5s",
          "HTTPQUEUE_BREAKER_MAX_PAUSE", "5s");

  private final Cleanup processes = new Cleanup();
  private final long startNanos = System.nanoTime();
  private final PostgresServer postgres;
  private final List<TcpProxy> proxies;
  private final List<HttpQueueServer> servers;
  private final Receiver receiver;
  private final Webhooks webhooks;
  private final Generator generator;
  private final List<String> complaints = new ArrayList<>();
  private int kills;
  private int postgresRestarts;
  private int turn;

  Cluster(ChaosOptions options) {
    Path home = options.directory();
    postgres = processes.add(postgres(options, home.resolve("postgres")));
    postgres.createDatabase(DATABASE);
    proxies =
        Stream.generate(() -> processes.add(new TcpProxy(postgres.port())))
            .limit(options.servers())
            .toList();
    List<String> command = Jvm.jar(options.jar().toString(), SERVER_OPTIONS);
    servers =
        IntStream.range(0, options.servers())
            .mapToObj(
                i ->
                    new HttpQueueServer(
                        "server-" + i, new Launch(command, settings(i)), url(proxies.get(i)), home))
            .map(processes::add)
            .toList();
    servers.forEach(server -> server.awaitServing(START_LIMIT));
    receiver = processes.add(Receiver.start(WEBHOOKS, home));
    webhooks =
        Webhooks.register(
            servers.getFirst(),
            receiver,
            WEBHOOKS,
            Cluster::patterns,
            Cluster::ordering,
            WEBHOOK_TIMEOUT);
    generator = processes.add(Generator.start(pushes(), home));
  }

  /** One of those that leave all deliveries to fan-out jobs. */
  HttpQueueServer serverWithFanOutJobs() {
    return servers.getFirst();
  }

  /** Every other server leaves all deliveries to fan-out jobs, so that both ways are tried. */
  private static Map<String, String> settings(int server) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("HTTPQUEUE_FAN_OUT_AT_ONCE", server % 2 == 0 ? "0" : "10");
    return settings;
  }

  PostgresServer postgres() {
    return postgres;
  }

  List<TcpProxy> proxies() {
    return proxies;
  }

  List<HttpQueueServer> servers() {
    return servers;
  }

  /** One of the proxies, or all. */
  List<TcpProxy> someProxies(RandomGenerator random) {
    return random.nextBoolean() ? proxies : List.of(proxies.get(random.nextInt(proxies.size())));
  }

  HttpQueueServer anyServer(RandomGenerator random) {
    return servers.get(random.nextInt(servers.size()));
  }

  Receiver receiver() {
    return receiver;
  }

  Webhooks webhooks() {
    return webhooks;
  }

  Generator generator() {
    return generator;
  }

  /** Waits between so many seconds, chosen at random. */
  void pause(RandomGenerator random, int least, int most) {
    Await.pause(Duration.ofMillis(random.nextLong(least * 1000L, most * 1000L + 1)));
  }

  /**
   * Waits until every server serves; one that has ended by itself is complained of, and started.
   */
  void awaitServing() {
    for (HttpQueueServer server : servers) {
      if (!server.isAlive()) {
        complain(server + " ended by itself");
        server.start();
      }
      try {
        server.awaitServing(START_LIMIT);
      } catch (IllegalStateException e) {
        complain(e.getMessage() + " after the fault");
      }
    }
  }

  /** Begins the load: so many events a second, and beside them chains of events in order. */
  void push(long events, long perSecond) {
    generator.paced(events, perSecond);
    generator.chains(CHAINS);
  }

  /** The next of a list that is gone through again and again, so that each has its turn. */
  <T> T next(List<T> turns) {
    return turns.get(turn++ % turns.size());
  }

  void calmReceivers() {
    receiver.behave(0, WEBHOOKS, Behaviour.ok());
  }

  void countKill() {
    kills++;
  }

  int kills() {
    return kills;
  }

  void countPostgresRestart() {
    postgresRestarts++;
  }

  int postgresRestarts() {
    return postgresRestarts;
  }

  /** Notes what must not happen, though it is no loss. */
  void complain(String what) {
    complaints.add(what);
    tell("!! " + what);
  }

  List<String> complaints() {
    return complaints;
  }

  void tell(String what) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf(Locale.ROOT, "%6.1f s  %s%n", seconds, what);
    System.out.flush();
  }

  private String url(TcpProxy proxy) {
    return "postgres://postgres@127.0.0.1:%d/%s?sslmode=disable".formatted(proxy.port(), DATABASE);
  }

  private Generator.Settings pushes() {
    return new Generator.Settings(
        servers.stream().map(HttpQueueServer::port).toList(),
        1,
        Webhooks.NAMESPACE,
        IntStream.range(0, EVENT_NAMES).mapToObj(i -> "event." + i).toList(),
        PAYLOAD_BYTES,
        PUSH_DEADLINE,
        true);
  }

  private static PostgresServer postgres(ChaosOptions options, Path directory) {
    Path binaries = Path.of("target", "postgres");
    boolean small =
        options.chosen().stream()
            .anyMatch(fault -> fault.name().equals(FullDisk.NAME) && fault.obstacle().isEmpty());
    return small
        ? PostgresServer.createOnSmallDisk(binaries, directory)
        : PostgresServer.create(binaries, directory);
  }

  // Each event goes to a quarter of the webhooks, and to the first one, which takes all.
  private static List<String> patterns(int webhook) {
    if (webhook >= ORDERED_BY_KEY) {
      return List.of(Pushes.CHAIN_EVENT);
    }
    return List.of(webhook == 0 ? "*" : "event." + webhook % EVENT_NAMES);
  }

  private static Ordering ordering(int webhook) {
    return switch (webhook) {
      case ORDERED_BY_KEY -> Ordering.ORDERING_BY_KEY;
      case ORDERED_AS_A_WHOLE -> Ordering.ORDERING_WHOLE_WEBHOOK;
      default -> Ordering.ORDERING_NONE;
    };
  }

  @Override
  public void close() {
    processes.close();
  }
}
