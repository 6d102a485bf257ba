package io.httpqueue.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.testing.ScriptedReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An upgrade as an operator does it, one server after the other: the release before goes on while
 * this one migrates, and beside it afterwards. Run by {@code make upgrade-test}, which builds the
 * release before and names its jar.
 */
@Tag("upgrade")
class UpgradeTest {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);
  private static final String DATABASE = "httpqueue";

  private static PostgresServer postgres;
  private static ScriptedReceiver receiver;

  private final List<String> accepted = new ArrayList<>();

  @BeforeAll
  static void start() {
    Path directory = Path.of("target", "upgrade-test");
    postgres =
        PostgresServer.create(
            directory.resolve("postgres-binaries"), directory.resolve("postgres"));
    postgres.createDatabase(DATABASE);
    receiver = ScriptedReceiver.start();
  }

  @AfterAll
  static void stop() {
    receiver.close();
    postgres.close();
  }

  private static HttpQueueServer server(String name, List<String> program) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(program);
    return new HttpQueueServer(
        name,
        new Launch(command, Map.of("OTEL_SDK_DISABLED", "true")),
        postgres.url(DATABASE),
        Path.of("target", "upgrade-test"));
  }

  private static HttpQueueServer before() {
    return server("before", List.of("-jar", System.getProperty("release-before")));
  }

  private static HttpQueueServer after() {
    return server(
        "after",
        List.of("-cp", System.getProperty("java.class.path"), "io.httpqueue.HttpQueueApplication"));
  }

  private static void register(HttpQueueServer server, String path) {
    server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("upgrade")
                .addEvents("*")
                .setUrl(receiver.url(path).toString())
                .putHeaders("X-Own", "kept")
                .build());
  }

  private void pushAndAwait(HttpQueueServer server, String... paths) {
    for (int i = 0; i < 20; i++) {
      accepted.add(
          server
              .client()
              .pushEvent(
                  PushEventRequest.newBuilder()
                      .setNamespace("upgrade")
                      .setEvent("e")
                      .setPayload("{}")
                      .build())
              .getEventId());
    }
    for (String path : paths) {
      await()
          .atMost(ARRIVAL_LIMIT)
          .untilAsserted(
              () ->
                  assertThat(received(path))
                      .containsAll(accepted.subList(accepted.size() - 20, accepted.size())));
    }
  }

  private static Set<String> received(String path) {
    Set<String> ids = new HashSet<>();
    receiver.requestsTo(path).forEach(request -> ids.add(request.header("webhook-id")));
    return ids;
  }

  @Test
  void theReleaseBeforeWorksOnTheNewTablesUntilItIsReplaced() {
    try (HttpQueueServer before = before()) {
      before.awaitServing(START_LIMIT);
      register(before, "/before");
      pushAndAwait(before, "/before");
      try (HttpQueueServer after = after()) {
        // It migrates, while the other one serves.
        after.awaitServing(START_LIMIT);
        pushAndAwait(before, "/before");
        pushAndAwait(after, "/before");
        register(after, "/after");
        pushAndAwait(before, "/before", "/after");
        pushAndAwait(after, "/before", "/after");
        // A rollback: the release before is started on tables that it does not know.
        assertThat(before.terminate()).isTrue();
        before.start();
        before.awaitServing(START_LIMIT);
        assertThat(after.terminate()).isTrue();
        pushAndAwait(before, "/before", "/after");
        after.start();
        after.awaitServing(START_LIMIT);
        assertThat(before.terminate()).isTrue();
        pushAndAwait(after, "/before", "/after");
      }
    }
    assertThat(receiver.requests())
        .allSatisfy(request -> assertThat(request.header("X-Own")).isEqualTo("kept"));
  }
}
