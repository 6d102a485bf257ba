package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.CancelReplayRequest;
import io.httpqueue.api.v1.GetReplayRequest;
import io.httpqueue.api.v1.GetStatsRequest;
import io.httpqueue.api.v1.Replay;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.ReplayStatus;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookStats;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Replays, statistics and operational events, on a server that makes two attempts, an hour apart.
 */
class OperationsTest {

  private static TestDatabase database;
  private static TestServer server;

  private ScriptedReceiver receiver;
  private DeliveryClient client;

  @BeforeAll
  static void startServer() {
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "httpqueue.retry.max-attempts=2",
            "httpqueue.retry.first-delay=1h",
            "httpqueue.stats.flush-interval=100ms");
  }

  @AfterAll
  static void stopServer() {
    server.close();
    database.close();
  }

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
    client = new DeliveryClient(server, "test-" + UUID.randomUUID());
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  @Test
  void statisticsCountWhatWasSentAndWhatWaits() {
    receiver.answer("/bad", Answer.status(500));
    String good = register("/good", "good");
    String bad = register("/bad", "bad");
    String quiet = register("/quiet", "quiet");
    List<String> ids = Stream.generate(() -> client.push("good")).limit(3).toList();
    String failing = client.push("bad");
    ids.forEach(
        event ->
            client.awaitStatus(client.awaitDelivery(event, good), WEBHOOK_DELIVERY_STATUS_SUCCESS));
    client.awaitStatus(client.awaitDelivery(failing, bad), WEBHOOK_DELIVERY_STATUS_RETRYING);

    await()
        .untilAsserted(
            () -> {
              List<WebhookStats> all = stats("");
              assertThat(all).extracting(WebhookStats::getWebhookId).containsExactly(good, bad);
              WebhookStats ofGood = all.getFirst();
              assertThat(ofGood.getAttemptCount()).isEqualTo(3);
              assertThat(ofGood.getSuccessCount()).isEqualTo(3);
              assertThat(ofGood.getFailedAttemptCount()).isZero();
              assertThat(ofGood.getSuccessesPerSecond()).isPositive();
              assertThat(ofGood.getEndToEnd().getP50Ms())
                  .isPositive()
                  .isLessThanOrEqualTo(ofGood.getEndToEnd().getP99Ms());
              WebhookStats ofBad = all.getLast();
              assertThat(ofBad.getFailedAttemptCount()).isEqualTo(1);
              assertThat(ofBad.getFailedCount()).isZero();
              assertThat(ofBad.getWaitingCount()).isEqualTo(1);
              assertThat(ofBad.getOldestDueAgeMs()).isZero();
            });
    assertThat(stats(quiet))
        .singleElement()
        .satisfies(figures -> assertThat(figures.getAttemptCount()).isZero());
    client.cancel(client.awaitDelivery(failing, bad));
    await()
        .untilAsserted(
            () -> {
              assertThat(stats(bad).getFirst().getFailedCount()).isEqualTo(1);
              assertThat(stats(bad).getFirst().getWaitingCount()).isZero();
            });
  }

  @Test
  void operatorsAreToldOfFailedDeliveriesButNotOfTheirOwn() {
    ScriptedReceiver operators = ScriptedReceiver.start();
    try (operators) {
      operators.answer("/", Answer.status(500));
      String operator =
          new DeliveryClient(server, "httpqueue")
              .register(operators.url("/").toString(), "httpqueue.delivery.failed");
      receiver.answer("/bad", Answer.status(500));
      String webhook = client.register(receiver.url("/bad") + "?key=secret", "*");
      // Whether anybody is registered is asked now and then: the first failures may go unheard.
      await().until(() -> !failNew(webhook).isEmpty() && !operators.requests().isEmpty());
      ReceivedRequest told = operators.requests().getFirst();
      assertThat(told.header("HTTPQueue-Event")).isEqualTo("httpqueue.delivery.failed");
      assertThat(new String(told.body(), StandardCharsets.UTF_8))
          .contains(
              client.namespace(),
              webhook,
              "\"FAILED\"",
              "HTTP 500",
              receiver.url("/bad").toString())
          .doesNotContain("secret");

      // The news itself fails for good: were that told, too, there would be a second event.
      String news = told.header("webhook-id");
      client.awaitStatus(client.awaitDelivery(news, operator), WEBHOOK_DELIVERY_STATUS_RETRYING);
      client.retry(client.awaitDelivery(news, operator));
      client.awaitStatus(client.awaitDelivery(news, operator), WEBHOOK_DELIVERY_STATUS_FAILED);
      String last = failNew(webhook);
      await().until(() -> news(operators).stream().anyMatch(body -> body.contains(last)));
      assertThat(news(operators)).noneMatch(body -> body.contains(operator));
    }
  }

  @Test
  void aReplaySendsAgainWhatEndedAsAskedEachOnceAndUnderTheSameId() {
    receiver.answer("/flaky", Answer.status(500), Answer.status(200));
    String flaky = register("/flaky", "a");
    register("/other", "*");
    String failing = client.push("a");
    fail(client.awaitDelivery(failing, flaky));
    receiver.answer("/flaky", Answer.status(200));
    List<String> good = Stream.generate(() -> client.push("a")).limit(30).toList();
    client.push("b");
    await().until(() -> receiver.requestsTo("/other").size() == 32);
    await().until(() -> receiver.requestsTo("/flaky").size() == 32);
    awaitWritten(63);

    Replay failed = awaitEnd(replay(scope().setWebhookId(flaky)));
    assertThat(failed.getStatus()).isEqualTo(ReplayStatus.REPLAY_STATUS_DONE);
    assertThat(failed.getCreatedCount()).isEqualTo(1);
    assertThat(failed.getExaminedCount()).isEqualTo(31);
    assertThat(failed.getProgress()).isEqualTo(1);
    WebhookDelivery again = client.deliveries(failing, flaky).getFirst();
    assertThat(again.getReplayId()).isEqualTo(failed.getReplayId());
    client.awaitStatus(again.getDeliveryId(), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(receiver.requestsTo("/flaky").getLast().header("webhook-id")).isEqualTo(failing);

    // Of several deliveries of one event the newest counts: nothing is left that failed.
    assertThat(awaitEnd(replay(scope())).getCreatedCount()).isZero();
    Replay all =
        awaitEnd(replay(scope().setEvent("a").addStatuses(WEBHOOK_DELIVERY_STATUS_SUCCESS)));
    assertThat(all.getCreatedCount()).isEqualTo(62);
    await().until(() -> receiver.requestsTo("/flaky").size() == 33 + 31);
    await().until(() -> receiver.requestsTo("/other").size() == 32 + 31);
    assertThat(receiver.requestsTo("/flaky").subList(33, 64))
        .extracting(request -> request.header("webhook-id"))
        .doesNotHaveDuplicates()
        .containsAll(good);
  }

  @Test
  void aReplayKeepsItsRateAndMakesNothingOnceItIsCancelled() {
    register("/a", "*");
    long from = System.currentTimeMillis() - 1;
    IntStream.range(0, 20).forEach(_ -> client.push("e"));
    await().until(() -> receiver.requestsTo("/a").size() == 20);
    awaitWritten(20);
    long begun = System.nanoTime();
    Replay replay =
        replay(
            scope()
                .setAcceptedFromMs(from)
                .addStatuses(WEBHOOK_DELIVERY_STATUS_SUCCESS)
                .setDeliveriesPerSecond(5));
    Replay running = await().until(() -> get(replay), read -> read.getCreatedCount() >= 5);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(700));
    assertThat(running.getStatus()).isEqualTo(ReplayStatus.REPLAY_STATUS_RUNNING);
    assertThat(running.getProgress()).isBetween(0.0, 0.99);

    Replay cancelled =
        client
            .stub()
            .cancelReplay(
                CancelReplayRequest.newBuilder().setReplayId(replay.getReplayId()).build())
            .getReplay();

    assertThat(cancelled.getStatus()).isEqualTo(ReplayStatus.REPLAY_STATUS_CANCELLED);
    assertThat(cancelled.getEndedAt()).isPositive();
    // Had it gone on, this would be reached within a second.
    await()
        .during(Duration.ofMillis(700))
        .atMost(Duration.ofSeconds(5))
        .until(() -> get(replay).getCreatedCount() == cancelled.getCreatedCount());
    await().until(() -> receiver.requestsTo("/a").size() == 20 + cancelled.getCreatedCount());
  }

  @Test
  void whatCannotBeSentAgainIsSkipped() {
    String gone = register("/gone", "*");
    String here = register("/here", "*");
    String first = client.push("e");
    client.push("e");
    awaitWritten(4);
    client
        .stub()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(gone).build());
    database.jdbc().sql("DELETE FROM event WHERE id = :id::uuid").param("id", first).update();

    Replay replay = awaitEnd(replay(scope().addStatuses(WEBHOOK_DELIVERY_STATUS_SUCCESS)));

    assertThat(replay.getSkippedCount()).isEqualTo(1);
    assertThat(replay.getCreatedCount()).isEqualTo(1);
    await().until(() -> receiver.requestsTo("/here").size() == 3);
    assertThat(receiver.requestsTo("/gone")).hasSize(2);
    assertThat(here).isNotEqualTo(gone);
  }

  private ReplayEventsRequest.Builder scope() {
    return ReplayEventsRequest.newBuilder()
        .setNamespace(client.namespace())
        .setAcceptedFromMs(System.currentTimeMillis() - 3_600_000)
        .setDeliveriesPerSecond(10_000);
  }

  private Replay replay(ReplayEventsRequest.Builder request) {
    return client.stub().replayEvents(request.build()).getReplay();
  }

  private Replay get(Replay replay) {
    return client
        .stub()
        .getReplay(GetReplayRequest.newBuilder().setReplayId(replay.getReplayId()).build())
        .getReplay();
  }

  private Replay awaitEnd(Replay replay) {
    return await()
        .until(() -> get(replay), read -> read.getStatus() != ReplayStatus.REPLAY_STATUS_RUNNING);
  }

  /** Waits until so many deliveries of the namespace have ended. */
  private void awaitWritten(int count) {
    await()
        .until(
            () ->
                database
                        .jdbc()
                        .sql(
                            """
                            SELECT count(*) FROM delivery JOIN webhook ON webhook.id = webhook_id
                            WHERE namespace = :namespace AND status IN ('SUCCESS', 'FAILED')
                            """)
                        .param("namespace", client.namespace())
                        .query(Integer.class)
                        .single()
                    == count);
  }

  private void fail(String id) {
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_RETRYING);
    receiver.answer("/flaky", Answer.status(500));
    client.retry(id);
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_FAILED);
  }

  /** Has a new delivery to the webhook fail for good; returns its id. */
  private String failNew(String webhook) {
    String id = client.awaitDelivery(client.push("e"), webhook);
    fail(id);
    return id;
  }

  private static List<String> news(ScriptedReceiver operators) {
    return operators.requests().stream()
        .map(request -> new String(request.body(), StandardCharsets.UTF_8))
        .toList();
  }

  private String register(String path, String... events) {
    return client.register(receiver.url(path).toString(), events);
  }

  private List<WebhookStats> stats(String webhook) {
    return client
        .stub()
        .getStats(
            GetStatsRequest.newBuilder()
                .setNamespace(client.namespace())
                .setWebhookId(webhook)
                .build())
        .getWebhooksList();
  }
}
