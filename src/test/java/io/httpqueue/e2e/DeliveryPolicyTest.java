package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_EXPIRED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.ErrorClass;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.delivery.BreakerState;
import io.httpqueue.delivery.HeldExpiry;
import io.httpqueue.delivery.LaneSweep;
import io.httpqueue.delivery.LaneWaker;
import io.httpqueue.delivery.ReceiverHealth;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.Disabled;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryPolicyTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static TestDatabase database;
  private static TestServer server;

  private ScriptedReceiver receiver;
  private Producer producer;

  @BeforeAll
  static void startServer() {
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "httpqueue.breaker.failures=5",
            "httpqueue.breaker.first-pause=3s",
            "httpqueue.breaker.max-pause=3s");
  }

  @AfterAll
  static void stopServer() {
    server.close();
    database.close();
  }

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
    producer = new Producer(server, "test-" + UUID.randomUUID());
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  private static DeliveryPolicy policy(@Nullable Integer maxInFlight, @Nullable RateLimit rate) {
    return new DeliveryPolicy(
        RetryOverrides.NONE, maxInFlight, rate, Ordering.NONE, HeadFailure.SKIP);
  }

  private static DeliveryPolicy retrying(int maxAttempts, Duration firstDelay, double factor) {
    return new DeliveryPolicy(
        new RetryOverrides(maxAttempts, firstDelay, factor, Duration.ofSeconds(10)),
        null,
        null,
        Ordering.NONE,
        HeadFailure.SKIP);
  }

  private WebhookId register(String path, DeliveryPolicy policy) {
    return producer.register(receiver.url(path), TIMEOUT, policy);
  }

  private List<String> pushMany(int count) {
    return IntStream.range(0, count).mapToObj(n -> producer.push("a")).toList();
  }

  private int received(String path) {
    return receiver.requestsTo(path).size();
  }

  private Duration between(String path, int first, int second) {
    List<ReceivedRequest> requests = receiver.requestsTo(path);
    return Duration.ofNanos(
        requests.get(second).receivedAtNanos() - requests.get(first).receivedAtNanos());
  }

  private Disabled.@Nullable Reason disabled(WebhookId webhook) {
    Disabled disabled = server.part(WebhookRegistry.class).find(webhook).orElseThrow().disabled();
    return disabled == null ? null : disabled.reason();
  }

  /** As its owner does. */
  private void resume(WebhookId webhook) {
    database
        .jdbc()
        .sql("UPDATE webhook SET disabled_at = NULL, disabled_reason = NULL WHERE id = ?")
        .param(webhook.value())
        .update();
    server.part(ReceiverHealth.class).forget(webhook);
    server.part(LaneWaker.class).wake(List.of(webhook), new UUID(0, 0));
  }

  private boolean laneRuns(WebhookId webhook) {
    return database
        .jdbc()
        .sql("SELECT running FROM delivery_lane WHERE webhook_id = ?")
        .param(webhook.value())
        .query(Boolean.class)
        .single();
  }

  @Test
  void aWebhooksOwnRetryPolicyTakesThePlaceOfTheServers() {
    receiver.answer("/own", Answer.status(500));
    register("/own", retrying(3, Duration.ofMillis(400), 2));
    WebhookDelivery failed =
        producer.awaitStatus(producer.push("a"), WEBHOOK_DELIVERY_STATUS_FAILED);
    assertThat(failed.getMaxAttempts()).isEqualTo(3);
    assertThat(failed.getErrorClass()).isEqualTo(ErrorClass.ERROR_CLASS_STATUS_5XX);
    assertThat(received("/own")).isEqualTo(3);
    // Twenty percent of jitter.
    assertThat(between("/own", 0, 1)).isGreaterThanOrEqualTo(Duration.ofMillis(315));
    assertThat(between("/own", 1, 2)).isGreaterThanOrEqualTo(Duration.ofMillis(635));
  }

  @Test
  void noMoreRequestsRunAtOnceThanTheWebhookAllows() {
    receiver.answer("/narrow", Answer.hang());
    register("/narrow", policy(2, null));
    List<String> events = pushMany(6);
    await().until(() -> received("/narrow") == 2);
    await().during(Duration.ofMillis(500)).until(() -> received("/narrow") == 2);
    receiver.release();
    events.forEach(event -> producer.awaitStatus(event, WEBHOOK_DELIVERY_STATUS_SUCCESS));
  }

  @Test
  void requestsStartNoFasterThanTheRateOfTheWebhook() {
    register("/slowly", policy(null, new RateLimit(8, 3)));
    List<String> events = pushMany(11);
    events.forEach(event -> producer.awaitStatus(event, WEBHOOK_DELIVERY_STATUS_SUCCESS));
    // Three at once, then eight in the second after it; the first may have taken a little longer.
    assertThat(between("/slowly", 0, 10)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(30));
  }

  @Test
  void theWholeLaneWaitsAsLongAsTheReceiverAsksAndNobodyElseLosesAnAttempt() {
    receiver.answer("/busy", Answer.status(429).withHeader("Retry-After", "2"), Answer.status(200));
    register("/busy", policy(null, null));
    String first = producer.push("a");
    producer.awaitStatus(first, WEBHOOK_DELIVERY_STATUS_RETRYING);
    List<String> later = pushMany(5);
    WebhookDelivery delivery = producer.awaitStatus(first, WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(delivery.getAttempts(0).getErrorClass()).isEqualTo(ErrorClass.ERROR_CLASS_THROTTLED);
    assertThat(delivery.getAttempts(1).getErrorClass())
        .isEqualTo(ErrorClass.ERROR_CLASS_UNSPECIFIED);
    for (String event : later) {
      assertThat(producer.awaitStatus(event, WEBHOOK_DELIVERY_STATUS_SUCCESS).getAttemptCount())
          .isEqualTo(1);
    }
    assertThat(between("/busy", 0, 1)).isGreaterThanOrEqualTo(Duration.ofMillis(1_950));
  }

  @Test
  void whileALaneWaitsForLongItDoesNotRunAndWhatIsOverExpires() {
    receiver.answer(
        "/closed", Answer.status(503).withHeader("Retry-After", "3600"), Answer.status(200));
    WebhookId webhook = register("/closed", policy(null, null));
    String first = producer.push("a");
    WebhookDelivery waiting = producer.awaitStatus(first, WEBHOOK_DELIVERY_STATUS_RETRYING);
    assertThat(waiting.getNextRetryAt() - waiting.getLastAttemptedAt()).isBetween(3_590L, 3_620L);
    String brief =
        producer.push(
            PushEventRequest.newBuilder().setEvent("a").setPayload("{}").setTtlSeconds(1).build());
    await().until(() -> !laneRuns(webhook));
    server.part(LaneSweep.class).run();
    await()
        .until(
            () -> {
              server.part(HeldExpiry.class).sweep();
              return producer.status(brief) == WEBHOOK_DELIVERY_STATUS_EXPIRED;
            });
    WebhookDelivery expired = producer.delivery(brief);
    assertThat(expired.getAttemptCount()).isZero();
    assertThat(laneRuns(webhook)).isFalse();
    assertThat(received("/closed")).isEqualTo(1);
    // Its owner knows better.
    resume(webhook);
    String next = producer.push("a");
    producer.awaitStatus(next, WEBHOOK_DELIVERY_STATUS_SUCCESS);
  }

  @Test
  void aReceiverThatIsGoneIsDisabledAndWhatWaitsIsKeptForItsReturn() {
    receiver.answer("/gone", Answer.status(410).after(Duration.ofMillis(500)), Answer.status(200));
    WebhookId webhook = register("/gone", policy(1, null));
    List<String> events = pushMany(3);
    WebhookDelivery failed =
        producer.awaitStatus(events.getFirst(), WEBHOOK_DELIVERY_STATUS_FAILED);
    assertThat(failed.getAttemptCount()).isEqualTo(1);
    assertThat(failed.getErrorClass()).isEqualTo(ErrorClass.ERROR_CLASS_STATUS_4XX);
    await().until(() -> disabled(webhook) == Disabled.Reason.GONE);
    assertThat(
            server
                .client()
                .pushEvent(
                    PushEventRequest.newBuilder()
                        .setNamespace(producer.namespace())
                        .setEvent("a")
                        .setPayload("{}")
                        .build())
                .getWebhooksTriggered())
        .isZero();
    await().until(() -> !laneRuns(webhook));
    server.part(LaneWaker.class).wake(List.of(webhook), new UUID(0, 0));
    assertThat(laneRuns(webhook)).isFalse();
    assertThat(producer.status(events.getLast())).isEqualTo(WEBHOOK_DELIVERY_STATUS_PENDING);
    assertThat(received("/gone")).isEqualTo(1);
    resume(webhook);
    producer.awaitStatus(events.getLast(), WEBHOOK_DELIVERY_STATUS_SUCCESS);
  }

  @Test
  void behindAnOpenBreakerDeliveriesWaitAndLoseNoAttempts() {
    receiver.answer(
        "/down",
        Answer.status(500),
        Answer.breakConnection(),
        Answer.status(500),
        Answer.status(408),
        Answer.status(500),
        Answer.status(500),
        Answer.status(200));
    WebhookId webhook = register("/down", policy(1, null));
    List<String> events = pushMany(30);
    await().until(() -> received("/down") == 5);
    await()
        .until(
            () ->
                server.part(ReceiverHealth.class).breakers(List.of(webhook)).get(webhook)
                    == BreakerState.OPEN);
    events.forEach(event -> producer.awaitStatus(event, WEBHOOK_DELIVERY_STATUS_SUCCESS));
    // Five opened it, the first probe failed, and each of the others was sent once.
    assertThat(received("/down")).isEqualTo(36);
    assertThat(between("/down", 4, 5)).isGreaterThanOrEqualTo(Duration.ofMillis(2_900));
    assertThat(between("/down", 5, 6)).isGreaterThanOrEqualTo(Duration.ofMillis(2_900));
    await()
        .until(
            () ->
                server.part(ReceiverHealth.class).breakers(List.of(webhook)).get(webhook)
                    == BreakerState.CLOSED);
  }

  @Test
  void aWebhookThatHasFailedForDaysIsDisabledAndItsDeliveriesWait() {
    receiver.answer("/never", Answer.status(404));
    WebhookId webhook = register("/never", retrying(2, Duration.ofMillis(50), 1));
    producer.awaitStatus(producer.push("a"), WEBHOOK_DELIVERY_STATUS_FAILED);
    await().until(() -> !laneRuns(webhook));
    assertThat(disabled(webhook)).isNull();
    int changed =
        database
            .jdbc()
            .sql(
                "UPDATE delivery_lane SET failing_since = failing_since - interval '5 days' WHERE"
                    + " webhook_id = ? AND failing_since IS NOT NULL")
            .param(webhook.value())
            .update();
    assertThat(changed).isEqualTo(1);
    String last = producer.push("a");
    await().until(() -> disabled(webhook) == Disabled.Reason.FAILING);
    assertThat(producer.status(last)).isEqualTo(WEBHOOK_DELIVERY_STATUS_RETRYING);
    assertThat(received("/never")).isEqualTo(3);
  }
}
