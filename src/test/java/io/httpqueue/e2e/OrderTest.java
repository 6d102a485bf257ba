package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_EXPIRED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.delivery.LaneSweep;
import io.httpqueue.delivery.LaneWaker;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RetryOverrides;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderTest {

  private static TestDatabase database;
  private static TestServer server;

  private ScriptedReceiver receiver;
  private Producer producer;

  @BeforeAll
  static void startServer() {
    database = TestPostgres.freshDatabase();
    server = TestServer.start(database);
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

  private WebhookId register(Ordering ordering, HeadFailure whenHeadFails, int maxAttempts) {
    return producer.register(
        receiver.url("/"),
        Duration.ofSeconds(30),
        new DeliveryPolicy(
            new RetryOverrides(maxAttempts, Duration.ofMillis(500), 1.0, Duration.ofSeconds(1)),
            null,
            null,
            ordering,
            whenHeadFails));
  }

  private String push(String key, String payload) {
    return producer.push("a", key, "\"%s\"".formatted(payload));
  }

  private List<String> arrived() {
    return receiver.requests().stream()
        .map(ReceivedRequest::text)
        .map(OrderTest::unquoted)
        .toList();
  }

  private static String unquoted(String payload) {
    return payload.substring(1, payload.length() - 1);
  }

  private List<String> arrived(String prefix) {
    return arrived().stream().filter(payload -> payload.startsWith(prefix)).toList();
  }

  @Test
  void aKeyKeepsItsOrderThroughARetryWhileOthersGoOn() {
    receiver.answer("/", Answer.status(500), Answer.status(200));
    register(Ordering.BY_KEY, HeadFailure.SKIP, 5);
    push("a", "a1");
    await().until(() -> arrived().size() == 1);
    push("a", "a2");
    push("b", "b1");
    push("a", "a3");
    push("b", "b2");
    push("", "free");
    await().until(() -> arrived().size() == 7);
    assertThat(arrived("a")).containsExactly("a1", "a1", "a2", "a3");
    assertThat(arrived("b")).containsExactly("b1", "b2");
    assertThat(arrived().subList(1, 4)).as("while a1 waits").containsOnly("b1", "b2", "free");
  }

  @Test
  void ofEachKeyOneIsInFlightAndAllOfThemAtOnce() {
    receiver.answer("/", Answer.hang());
    register(Ordering.BY_KEY, HeadFailure.SKIP, 5);
    for (int i = 0; i < 12; i++) {
      push("key" + i % 4, "%d".formatted(i));
    }
    await().until(() -> arrived().size() == 4);
    await().during(Duration.ofMillis(300)).until(() -> arrived().size() == 4);
    assertThat(arrived()).containsExactlyInAnyOrder("0", "1", "2", "3");
    receiver.release();
    await().until(() -> arrived().size() == 12);
    for (int key = 0; key < 4; key++) {
      int of = key;
      assertThat(arrived().stream().map(Integer::parseInt).filter(n -> n % 4 == of))
          .containsExactly(of, of + 4, of + 8);
    }
  }

  @Test
  void aWholeWebhookIsServedInTheOrderOfAcceptanceWhateverTheKeys() {
    receiver.answer(
        "/", Answer.status(200), Answer.status(500), Answer.breakConnection(), Answer.status(200));
    register(Ordering.WHOLE_WEBHOOK, HeadFailure.SKIP, 5);
    List<String> expected = new ArrayList<>(List.of("0", "1", "1"));
    for (int i = 0; i < 100; i++) {
      push(i % 3 == 0 ? "" : "key" + i % 3, "%d".formatted(i));
      if (i > 0) {
        expected.add("%d".formatted(i));
      }
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> arrived().size() == 102);
    assertThat(arrived()).isEqualTo(expected);
  }

  @Test
  void behindOneThatHasFailedForGoodTheNextGoesOn() {
    receiver.answer("/", Answer.status(500), Answer.status(200));
    register(Ordering.BY_KEY, HeadFailure.SKIP, 1);
    String first = push("a", "a1");
    String second = push("a", "a2");
    producer.awaitStatus(first, WEBHOOK_DELIVERY_STATUS_FAILED);
    producer.awaitStatus(second, WEBHOOK_DELIVERY_STATUS_SUCCESS);
  }

  @Test
  void orWaitsUntilItIsRetriedWithSuccess() {
    receiver.answer("/", Answer.status(500), Answer.status(200));
    WebhookId webhook = register(Ordering.BY_KEY, HeadFailure.BLOCK, 1);
    String head = push("a", "a1");
    producer.awaitStatus(head, WEBHOOK_DELIVERY_STATUS_FAILED);
    String behind = push("a", "a2");
    String other = push("b", "b1");
    producer.awaitStatus(other, WEBHOOK_DELIVERY_STATUS_SUCCESS);
    await().until(() -> !laneRuns(webhook));
    server.part(LaneSweep.class).run();
    assertThat(laneRuns(webhook)).as("for what may not start yet").isFalse();
    assertThat(producer.delivery(behind).getStatus()).isEqualTo(WEBHOOK_DELIVERY_STATUS_PENDING);
    assertThat(producer.delivery(behind).getAttemptCount()).isZero();

    retry(head);
    server.part(LaneWaker.class).wake(List.of(webhook), new UUID(0, 0));
    producer.awaitStatus(behind, WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(arrived("a")).containsExactly("a1", "a1", "a2");
  }

  @Test
  void orUntilItsTimeIsOverAlsoWhileOtherKeysGoOn() {
    receiver.answer("/", Answer.status(500), Answer.status(200));
    register(Ordering.BY_KEY, HeadFailure.BLOCK, 1);
    producer.awaitStatus(push("a", "a1"), WEBHOOK_DELIVERY_STATUS_FAILED);
    String behind = push("a", "a2");
    database
        .jdbc()
        .sql("UPDATE delivery SET expires_at = now() WHERE event_id = ?::uuid")
        .param(behind)
        .update();
    await()
        .until(
            () -> {
              push("b", "b");
              return producer.status(behind) == WEBHOOK_DELIVERY_STATUS_EXPIRED;
            });
    assertThat(arrived("a")).containsExactly("a1");
  }

  private static boolean laneRuns(WebhookId webhook) {
    return database
        .jdbc()
        .sql("SELECT lease_until IS NOT NULL FROM delivery_lane WHERE webhook_id = ?")
        .param(webhook.value())
        .query(Boolean.class)
        .single();
  }

  /** As its owner does. */
  private static void retry(String event) {
    database
        .jdbc()
        .sql(
            "UPDATE delivery SET status = 'RETRYING', max_attempts = 2, next_attempt_at = now()"
                + " WHERE event_id = ?::uuid")
        .param(event)
        .update();
  }

  @Test
  void thousandsThatWaitInOneKeyHoldUpNoOther() {
    receiver.answer("/", Answer.hang(), Answer.status(200));
    WebhookId webhook = register(Ordering.BY_KEY, HeadFailure.SKIP, 5);
    push("hot", "hot");
    await().until(() -> arrived().size() == 1);
    waiting(webhook, 20_000);
    server.part(LaneWaker.class).wake(List.of(webhook), new UUID(0, 0));
    IntStream.range(0, 50).forEach(i -> push("cold" + i % 5, "cold" + i));
    await().atMost(Duration.ofSeconds(20)).until(() -> arrived("cold").size() == 50);
    assertThat(arrived("hot")).hasSize(1);
  }

  /** Deliveries of the event that was pushed, behind it in its key. */
  private static void waiting(WebhookId webhook, int count) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at, ordering_key)
            SELECT uuid_v7(clock_timestamp()), first.event_id, first.webhook_id, 5, first.expires_at, 'hot'
            FROM delivery AS first, generate_series(1, :count)
            WHERE first.webhook_id = :webhook
            """)
        .param("count", count)
        .param("webhook", webhook.value())
        .update();
  }
}
