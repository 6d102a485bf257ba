package io.httpqueue.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.GetReplayRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.Replay;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.ReplayStatus;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A server process that is killed in the middle of a large replay. */
@Tag("long")
class ReplayKillTest {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static final int DELIVERIES = 100_000;

  @Test
  void aReplayThatIsKilledHalfWayGoesOnAndMakesNoDeliveryTwice() {
    Path directory = Path.of("target", "replay-kill-test");
    try (PostgresServer postgres =
            PostgresServer.create(
                directory.resolve("postgres-binaries"), directory.resolve("postgres"));
        ScriptedReceiver receiver = ScriptedReceiver.start()) {
      postgres.createDatabase("httpqueue");
      String url = postgres.url("httpqueue");
      try (HttpQueueServer server = new HttpQueueServer("replaying", launch(), url, directory)) {
        server.awaitServing(START_LIMIT);
        JdbcClient jdbc = JdbcClient.create(new DriverManagerDataSource(jdbcUrl(postgres)));
        write(jdbc, register(server, receiver));

        String replay = begin(server);
        await().atMost(LIMIT).until(() -> read(server, replay).getCreatedCount() > DELIVERIES / 4);
        server.kill();
        long before = made(jdbc);
        server.start();
        server.awaitServing(START_LIMIT);

        assertThat(before).isLessThan(DELIVERIES);
        await()
            .atMost(LIMIT)
            .ignoreException(StatusRuntimeException.class)
            .until(() -> read(server, replay).getStatus() == ReplayStatus.REPLAY_STATUS_DONE);
        assertThat(read(server, replay).getCreatedCount()).isEqualTo(DELIVERIES);
        assertThat(made(jdbc)).isEqualTo(DELIVERIES);
        assertThat(madeOfDifferentEvents(jdbc)).isEqualTo(DELIVERIES);
        assertEachIsReceivedUnderOneDelivery(receiver);
      }
    }
  }

  /** A request that was under way at the kill may be repeated, but as the same delivery. */
  private static void assertEachIsReceivedUnderOneDelivery(ScriptedReceiver receiver) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> deliveriesByEvent(receiver).size() == DELIVERIES);
    assertThat(deliveriesByEvent(receiver).values())
        .allSatisfy(deliveries -> assertThat(deliveries).hasSize(1));
  }

  private static Map<String, Set<String>> deliveriesByEvent(ScriptedReceiver receiver) {
    Map<String, Set<String>> found = new HashMap<>();
    for (ReceivedRequest request : receiver.requests()) {
      found
          .computeIfAbsent(request.header("webhook-id"), _ -> new HashSet<>())
          .add(request.header("HTTPQueue-Delivery"));
    }
    return found;
  }

  private static Launch launch() {
    return new Launch(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            "io.httpqueue.HttpQueueApplication"),
        Map.of("OTEL_SDK_DISABLED", "true", "HTTPQUEUE_DELIVERY_LEASE", "4s"));
  }

  /** The server runs in a directory of its own. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String jdbcUrl(PostgresServer postgres) {
    return postgres.url("httpqueue").replace("postgres://postgres@", "jdbc:postgresql://")
        + "&user=postgres";
  }

  private static String register(HttpQueueServer server, ScriptedReceiver receiver) {
    return server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("replayed")
                .addEvents("*")
                .setUrl(receiver.url("/").toString())
                .build())
        .getWebhookId();
  }

  private static void write(JdbcClient jdbc, String webhook) {
    jdbc.sql(
            """
            WITH accepted AS (
              INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
              SELECT uuid_v7(now() + n * interval '1 microsecond'), 'replayed', 'e', '{}', '{}',
                ARRAY[:webhook::uuid], now() + interval '1 day'
              FROM generate_series(1, :count) AS n
              RETURNING id)
            INSERT INTO delivery (id, event_id, webhook_id, status, attempt_count, max_attempts, expires_at)
            SELECT uuid_v7(now() + row_number() OVER () * interval '1 microsecond'), id, :webhook::uuid,
              'SUCCESS', 1, 15, now() + interval '1 day'
            FROM accepted
            """)
        .param("webhook", webhook)
        .param("count", DELIVERIES)
        .update();
  }

  private static String begin(HttpQueueServer server) {
    return server
        .client()
        .replayEvents(
            ReplayEventsRequest.newBuilder()
                .setNamespace("replayed")
                .addStatuses(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS)
                .setAcceptedFromMs(System.currentTimeMillis() - 600_000)
                .setDeliveriesPerSecond(5_000)
                .build())
        .getReplay()
        .getReplayId();
  }

  private static Replay read(HttpQueueServer server, String replay) {
    return server
        .client()
        .getReplay(GetReplayRequest.newBuilder().setReplayId(replay).build())
        .getReplay();
  }

  private static long made(JdbcClient jdbc) {
    return jdbc.sql("SELECT count(*) FROM delivery WHERE replay_id IS NOT NULL")
        .query(Long.class)
        .single();
  }

  private static long madeOfDifferentEvents(JdbcClient jdbc) {
    return jdbc.sql("SELECT count(DISTINCT event_id) FROM delivery WHERE replay_id IS NOT NULL")
        .query(Long.class)
        .single();
  }
}
