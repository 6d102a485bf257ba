package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Idempotency keys, targets, order and {@code deliver_at}, on two servers with one database. */
class EventOptionsTest {

  private static TestDatabase database;
  private static TestServer first;
  private static TestServer second;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void startServers() {
    database = TestPostgres.freshDatabase();
    first = TestServer.start(database);
    second = TestServer.start(database);
  }

  @AfterAll
  static void stopServers() {
    first.close();
    second.close();
    database.close();
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

  private String register(String path) {
    return first
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addEvents("*")
                .setUrl(receiver.url(path).toString())
                .build())
        .getWebhookId();
  }

  private String registerOrdered(String path) {
    String webhook = register(path);
    database
        .jdbc()
        .sql("UPDATE webhook SET ordering = 'BY_KEY' WHERE id = :id::uuid")
        .param("id", webhook)
        .update();
    return webhook;
  }

  private PushEventRequest.Builder event() {
    return PushEventRequest.newBuilder()
        .setNamespace(namespace)
        .setEvent("order.created")
        .setPayload("{\"order\": 42}");
  }

  private static PushEventResponse push(PushEventRequest.Builder event) {
    return first.client().pushEvent(event.build());
  }

  private static GetWebhookStatusResponse status(String event, WebhookDeliveryStatus... statuses) {
    return first
        .client()
        .getWebhookStatus(
            GetWebhookStatusRequest.newBuilder()
                .setEventId(event)
                .addAllStatuses(List.of(statuses))
                .build());
  }

  private static Status.Code refusal(PushEventRequest.Builder event) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> push(event))
        .getStatus()
        .getCode();
  }

  private List<String> received(String path) {
    return receiver.requestsTo(path).stream().map(request -> request.header("webhook-id")).toList();
  }

  @Test
  void aKeyThatIsPushedByManyAtOnceOnTwoServersIsOneEvent() throws Exception {
    String webhook = register("/once");
    List<Future<PushEventResponse>> pushes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 256; i++) {
        TestServer server = i % 2 == 0 ? first : second;
        PushEventRequest request = event().setIdempotencyKey("key-" + i % 4).build();
        pushes.add(threads.submit(() -> server.client().pushEvent(request)));
      }
    }
    for (int key = 0; key < 4; key++) {
      List<PushEventResponse> answers = new ArrayList<>();
      for (int i = key; i < pushes.size(); i += 4) {
        answers.add(pushes.get(i).get());
      }
      assertThat(answers)
          .extracting(PushEventResponse::getEventId)
          .containsOnly(answers.getFirst().getEventId());
      assertThat(answers).filteredOn(answer -> !answer.getDuplicate()).hasSize(1);
      assertThat(answers).allMatch(answer -> answer.getWebhookIdsList().equals(List.of(webhook)));
    }
    // One more arrives after all that would have been sent for the others.
    String last = push(event()).getEventId();
    await().until(() -> received("/once").contains(last) && received("/once").size() == 5);
    assertThat(
            database
                .jdbc()
                .sql("SELECT count(*) FROM event WHERE namespace = :namespace")
                .param("namespace", namespace)
                .query(Long.class)
                .single())
        .isEqualTo(5);
  }

  @Test
  void aKeyStandsForAllThatThePushSaid() {
    PushEventRequest.Builder event =
        event().setIdempotencyKey("key").putMetadata("a", "1").putMetadata("b", "2");
    String id = push(event).getEventId();

    PushEventRequest.Builder reordered = event().setIdempotencyKey("key");
    assertThat(push(reordered.putMetadata("b", "2").putMetadata("a", "1")).getEventId())
        .isEqualTo(id);
    assertThat(push(event.clone().setNamespace(namespace + ".2")).getDuplicate()).isFalse();
    for (PushEventRequest.Builder other :
        List.of(
            event.clone().setEvent("order.deleted"),
            event.clone().setPayload("{\"order\":42}"),
            event.clone().putMetadata("a", "2"),
            event.clone().setTtlSeconds(60),
            event.clone().setOrderingKey("k"),
            event.clone().setDeliverAtMs(Instant.now().toEpochMilli()),
            event.clone().addWebhookIds(UUID.randomUUID().toString()))) {
      assertThat(refusal(other)).isEqualTo(Status.Code.ALREADY_EXISTS);
    }
  }

  @Test
  void anEventGoesToThoseOfItsTargetsThatMatch() {
    String target = register("/target");
    register("/other");

    PushEventResponse pushed =
        push(event().addWebhookIds(target).addWebhookIds(UUID.randomUUID().toString()));

    assertThat(pushed.getWebhookIdsList()).containsExactly(target);
    await().until(() -> received("/target").equals(List.of(pushed.getEventId())));
    assertThat(status(pushed.getEventId()).getTotalDeliveries()).isOne();
    assertThat(push(event().addWebhookIds(UUID.randomUUID().toString())).getWebhooksTriggered())
        .isZero();
  }

  @Test
  void deliveriesToOrderedWebhooksAreThereOnceThePushIsAnsweredInTheOrderOfTheAnswers() {
    String ordered = registerOrdered("/ordered");
    register("/unordered");
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestServer server = i % 2 == 0 ? first : second;
      PushEventResponse pushed =
          server.client().pushEvent(event().setOrderingKey("k" + i % 3).build());
      events.add(pushed.getEventId());
      assertThat(pushed.getWebhooksTriggered()).isEqualTo(2);
      assertThat(status(pushed.getEventId()).getDeliveriesList())
          .anyMatch(delivery -> delivery.getWebhookId().equals(ordered));
    }
    assertThat(
            database
                .jdbc()
                .sql("SELECT event_id::text FROM delivery WHERE webhook_id = :id::uuid ORDER BY id")
                .param("id", ordered)
                .query(String.class)
                .list())
        .isEqualTo(events);
    assertThat(
            database
                .jdbc()
                .sql("SELECT ordering_key FROM delivery WHERE webhook_id = :id::uuid ORDER BY id")
                .param("id", ordered)
                .query(String.class)
                .list())
        .startsWith("k0", "k1", "k2", "k0");
    await().until(() -> received("/ordered").size() >= 20 && received("/unordered").size() >= 20);
    assertThat(received("/ordered")).containsExactlyInAnyOrderElementsOf(events);
    assertThat(received("/unordered")).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void anEventWaitsForItsTimeAndItsTimeToLiveCountsFromThen() {
    register("/later");
    registerOrdered("/later-ordered");
    long at = Instant.now().plusMillis(1_500).toEpochMilli();

    String event = push(event().setDeliverAtMs(at).setTtlSeconds(60)).getEventId();

    await().until(() -> status(event).getDeliveriesCount() == 2);
    for (WebhookDelivery waiting : status(event).getDeliveriesList()) {
      assertThat(waiting.getStatus()).isEqualTo(WEBHOOK_DELIVERY_STATUS_PENDING);
      assertThat(waiting.getNextRetryAt()).isEqualTo(at / 1000);
      assertThat(waiting.getExpiresAt()).isBetween(at / 1000 + 59, at / 1000 + 60);
    }
    assertThat(status(event, WEBHOOK_DELIVERY_STATUS_PENDING).getTotalDeliveries()).isEqualTo(2);
    assertThat(status(event, WEBHOOK_DELIVERY_STATUS_RETRYING).getTotalDeliveries()).isZero();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> received("/later").size() + received("/later-ordered").size() == 2);
    assertThat(receiver.requests())
        .allSatisfy(
            request ->
                assertThat(Long.parseLong(request.header("webhook-timestamp")))
                    .isGreaterThanOrEqualTo(at / 1000));
  }

  @Test
  void anEventThatWaitsForItsTimeIsCancelledWithItsWebhook() {
    String webhook = register("/never");
    long tomorrow = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
    String event = push(event().setDeliverAtMs(tomorrow)).getEventId();
    await().until(() -> status(event).getDeliveriesCount() == 1);

    first
        .client()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build());

    assertThat(status(event).getDeliveries(0).getStatus())
        .isEqualTo(WEBHOOK_DELIVERY_STATUS_CANCELLED);
  }
}
