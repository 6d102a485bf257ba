package io.httpqueue.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.api.v1.Ordering;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.SignatureVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Two server processes on one Postgres, each of which is stopped in every way. */
@Order(1)
class TwoServersTest {

  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);
  private static final int MAX_IN_FLIGHT = 32;

  private static PostgresServer postgres;
  private static HttpQueueServer first;
  private static HttpQueueServer second;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void start() {
    Path directory = Path.of("target", "two-servers-test");
    postgres =
        PostgresServer.create(
            directory.resolve("postgres-binaries"), directory.resolve("postgres"));
    postgres.createDatabase("httpqueue");
    Launch launch =
        new Launch(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.httpqueue.HttpQueueApplication"),
            Map.of(
                "OTEL_SDK_DISABLED", "true",
                "HTTPQUEUE_DELIVERY_LEASE", "4s",
                // So both ways to make deliveries are tried: events have one webhook, or more.
                "HTTPQUEUE_FAN_OUT_AT_ONCE", "1",
                "HTTPQUEUE_RETRY_FIRST_DELAY", "200ms",
                "HTTPQUEUE_RETRY_MAX_DELAY", "1s"));
    String url = postgres.url("httpqueue");
    // Both start at once on an empty database, which one of them migrates.
    first = new HttpQueueServer("first", launch, url, directory);
    second = new HttpQueueServer("second", launch, url, directory);
    first.awaitServing(START_LIMIT);
    second.awaitServing(START_LIMIT);
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    postgres.close();
  }

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
    namespace = "test-" + UUID.randomUUID();
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  private String register(HttpQueueServer server, String path) {
    return register(server, path, Ordering.ORDERING_NONE);
  }

  private String register(HttpQueueServer server, String path, Ordering ordering) {
    return server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addEvents("*")
                .setUrl(receiver.url(path).toString())
                .setOrdering(ordering)
                .build())
        .getWebhookId();
  }

  private PushEventResponse push(HttpQueueServer server) {
    return push(server, 0);
  }

  private PushEventResponse push(HttpQueueServer server, int number) {
    return server
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent("e")
                .setOrderingKey(server.name())
                .setPayload("{\"%s\":%d}".formatted(server.name(), number))
                .build());
  }

  /** The numbers that were pushed to a server, in the order of their arrival. */
  private List<Integer> numbers(String path, HttpQueueServer pushedTo) {
    String before = "{\"%s\":".formatted(pushedTo.name());
    return receiver.requestsTo(path).stream()
        .map(ReceivedRequest::text)
        .filter(payload -> payload.startsWith(before))
        .map(payload -> payload.substring(before.length(), payload.length() - 1))
        .map(Integer::valueOf)
        .toList();
  }

  private Set<String> received(String path) {
    Set<String> ids = new HashSet<>();
    receiver.requestsTo(path).forEach(request -> ids.add(request.header("webhook-id")));
    return ids;
  }

  /** Pushes to each server from a thread of its own, and keeps the ids of what was accepted. */
  private final class Load implements AutoCloseable {

    private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<StatusRuntimeException> refused =
        new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final List<Thread> threads = new ArrayList<>();

    Load(HttpQueueServer... servers) {
      for (HttpQueueServer server : servers) {
        threads.add(Thread.ofVirtual().start(() -> run(server)));
      }
    }

    private void run(HttpQueueServer server) {
      for (int number = 1; running.get(); number++) {
        try {
          accepted.add(push(server, number).getEventId());
        } catch (StatusRuntimeException e) {
          refused.add(e);
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }

    void awaitMoreAccepted(int count) {
      int before = accepted.size();
      await().atMost(RECOVERY_LIMIT).until(() -> accepted.size() >= before + count);
    }

    @Override
    public void close() {
      running.set(false);
      await().atMost(RECOVERY_LIMIT).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    void awaitAllReceived(String path) {
      await()
          .atMost(RECOVERY_LIMIT)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> received(path).containsAll(accepted));
    }
  }

  @Test
  void aWebhookRegisteredOnOneServerIsMatchedByAPushToTheOtherAtOnce() {
    for (int i = 0; i < 20; i++) {
      String webhook = register(i % 2 == 0 ? first : second, "/" + i);
      assertThat(push(i % 2 == 0 ? second : first).getWebhookIdsList()).contains(webhook);
    }
  }

  @Test
  void serversThatAreKilledUnderLoadLoseNothingAndRepeatOnlyWhatWasInFlight() {
    register(first, "/killed");
    receiver.answer(
        "/ordered",
        Stream.generate(
                () ->
                    Stream.concat(
                        Stream.of(Answer.status(503), Answer.breakConnection()),
                        Stream.generate(() -> Answer.status(200)).limit(50)))
            .limit(20)
            .flatMap(answers -> answers)
            .toArray(Answer[]::new));
    register(first, "/ordered", Ordering.ORDERING_BY_KEY);
    try (Load load = new Load(first, second)) {
      for (HttpQueueServer server : List.of(first, second)) {
        load.awaitMoreAccepted(100);
        server.kill();
        load.awaitMoreAccepted(100);
        server.start();
        server.awaitServing(START_LIMIT);
      }
      load.close();
      load.awaitAllReceived("/killed");
      int repeats = receiver.requestsTo("/killed").size() - received("/killed").size();
      assertThat(repeats).isLessThanOrEqualTo(2 * MAX_IN_FLIGHT);
      load.awaitAllReceived("/ordered");
      // Some are repeated, each before the next one comes.
      assertThat(numbers("/ordered", first)).isSorted();
      assertThat(numbers("/ordered", second)).isSorted();
    }
  }

  @Test
  void aRollingRestartLosesNothingAndRepeatsNothing() {
    receiver.answer("/rolling", Answer.status(200).after(Duration.ofMillis(20)));
    register(first, "/rolling");
    try (Load load = new Load(first, second)) {
      for (HttpQueueServer server : List.of(first, second)) {
        load.awaitMoreAccepted(100);
        assertThat(server.terminate()).isTrue();
        server.start();
        server.awaitServing(START_LIMIT);
      }
      load.awaitMoreAccepted(100);
      load.close();
      load.awaitAllReceived("/rolling");
      assertThat(receiver.requestsTo("/rolling"))
          .extracting(request -> request.header("webhook-id"))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whilePostgresIsAwayPushesAreUnavailableAndAfterwardsAllGoesOnByItself() {
    register(first, "/restarted");
    try (Load load = new Load(first, second)) {
      load.awaitMoreAccepted(100);
      postgres.kill();
      await().atMost(RECOVERY_LIMIT).until(() -> load.refused.size() >= 2);
      postgres.start();
      load.awaitMoreAccepted(100);
      load.close();
      load.awaitAllReceived("/restarted");
      assertThat(load.refused)
          .allSatisfy(
              refusal -> {
                assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(StatusProto.fromThrowable(refusal).getDetailsList())
                    .anyMatch(detail -> detail.is(RetryInfo.class));
              });
    }
  }

  @Test
  void nothingIsSentAfterAWebhookIsUnregisteredOnTheOtherServer() {
    String webhook = register(first, "/stopped");
    try (Load load = new Load(first)) {
      load.awaitMoreAccepted(50);
      await().until(() -> !receiver.requestsTo("/stopped").isEmpty());
      second
          .client()
          .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build());
      List<ReceivedRequest> before = receiver.requestsTo("/stopped");
      load.awaitMoreAccepted(50);
      assertThat(receiver.requestsTo("/stopped")).hasSameSizeAs(before);
    }
  }

  @Test
  void aSecretThatIsRotatedOnOneServerSignsOnTheOtherWithinSeconds() {
    String webhook = register(first, "/rotated");
    try (Load load = new Load(first, second)) {
      load.awaitMoreAccepted(50);
      // The lane runs on one of the two, so that one of these comes from the other.
      for (HttpQueueServer server : List.of(first, second)) {
        String secret =
            server
                .client()
                .rotateSecret(RotateSecretRequest.newBuilder().setWebhookId(webhook).build())
                .getSecret();
        long answered = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).until(() -> lastIsSignedBy(secret, answered));
      }
    }
  }

  private boolean lastIsSignedBy(String secret, long afterNanos) {
    ReceivedRequest last = receiver.requestsTo("/rotated").getLast();
    return last.receivedAtNanos() > afterNanos
        && SignatureVerifier.verifies(
            secret,
            last.header("webhook-signature"),
            last.header("webhook-id"),
            last.header("webhook-timestamp"),
            last.body());
  }
}
