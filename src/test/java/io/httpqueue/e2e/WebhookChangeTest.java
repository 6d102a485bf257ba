package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.FieldMask;
import io.httpqueue.api.v1.ErrorClass;
import io.httpqueue.api.v1.GetWebhookRequest;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.Ordering;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.TestWebhookRequest;
import io.httpqueue.api.v1.TestWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.delivery.DeliveryLanes;
import io.httpqueue.delivery.LaneSweep;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
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

/** Webhooks that change while deliveries flow, on two servers: the lane may run on either. */
class WebhookChangeTest {

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
    second.close();
    first.close();
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

  private RegisterWebhookRequest.Builder webhook(String path) {
    return RegisterWebhookRequest.newBuilder()
        .setNamespace(namespace)
        .addEvents("*")
        .setUrl(receiver.url(path).toString())
        .setTimeout(20);
  }

  private String register(RegisterWebhookRequest.Builder webhook) {
    return first.client().registerWebhook(webhook.build()).getWebhookId();
  }

  private RegisteredWebhook update(
      TestServer server, String id, RegisterWebhookRequest.Builder values, String... paths) {
    return server
        .client()
        .updateWebhook(
            UpdateWebhookRequest.newBuilder()
                .setWebhookId(id)
                .setWebhook(values)
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                .build())
        .getWebhook();
  }

  private RegisteredWebhook pause(TestServer server, String id) {
    return server
        .client()
        .pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(id).build())
        .getWebhook();
  }

  private RegisteredWebhook resume(TestServer server, String id) {
    return server
        .client()
        .resumeWebhook(ResumeWebhookRequest.newBuilder().setWebhookId(id).build())
        .getWebhook();
  }

  private RegisteredWebhook get(String id) {
    return second
        .client()
        .getWebhook(GetWebhookRequest.newBuilder().setWebhookId(id).build())
        .getWebhook();
  }

  private PushEventResponse push(TestServer server) {
    return server
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent("order.created")
                .setPayload("{\"a\":1}")
                .build());
  }

  private void awaitSuccesses(String webhook, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                first
                        .client()
                        .getWebhookStatus(
                            GetWebhookStatusRequest.newBuilder()
                                .setWebhookId(webhook)
                                .addStatuses(WEBHOOK_DELIVERY_STATUS_SUCCESS)
                                .build())
                        .getTotalDeliveries()
                    == count);
  }

  private TestServer serverOfLane(String webhook) {
    WebhookId id = WebhookId.parse(webhook);
    return first.part(DeliveryLanes.class).activeWebhooks().contains(id) ? first : second;
  }

  private static TestServer other(TestServer server) {
    return server == first ? second : first;
  }

  @Test
  void nothingIsSentOnceAPauseIsAnsweredOnAnyServerAndAllIsSentWhenItIsResumed() {
    String id = register(webhook("/paused").setMaxInFlight(4));
    receiver.answer("/paused", Answer.status(200).after(Duration.ofMillis(20)));
    List<Thread> pushers =
        IntStream.range(0, 100).mapToObj(n -> Thread.ofVirtual().start(() -> push(first))).toList();
    await().until(() -> receiver.requestsTo("/paused").size() > 5);

    assertThat(pause(other(serverOfLane(id)), id).getPaused()).isTrue();
    long pausedAt = System.nanoTime();
    pushers.forEach(WebhookChangeTest::join);
    assertThat(push(second).getWebhooksTriggered()).isEqualTo(1);
    // The lane ends, and neither the pushes nor the sweep start another.
    await().until(() -> lanesOf(id) == 0);
    first.part(LaneSweep.class).run();
    await().during(Duration.ofMillis(500)).until(() -> lanesOf(id) == 0);
    int sentBefore = receiver.requestsTo("/paused").size();
    // Those that had begun may still have been on their way.
    assertThat(
            receiver.requestsTo("/paused").stream()
                .filter(request -> request.receivedAtNanos() - pausedAt > 200_000_000L))
        .isEmpty();
    assertThat(sentBefore).isLessThan(101);

    assertThat(resume(first, id).getPaused()).isFalse();
    awaitSuccesses(id, 101);
    assertThat(receiver.requestsTo("/paused"))
        .extracting(request -> request.header("webhook-id"))
        .doesNotHaveDuplicates()
        .hasSize(101);
  }

  private static int lanesOf(String webhook) {
    WebhookId id = WebhookId.parse(webhook);
    int lanes = 0;
    for (TestServer server : List.of(first, second)) {
      lanes += server.part(DeliveryLanes.class).activeWebhooks().contains(id) ? 1 : 0;
    }
    return lanes;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsInFlightWhenItsWebhookIsPausedEndsAsItWouldHave() {
    receiver.answer("/inflight", Answer.hang());
    String id = register(webhook("/inflight"));
    push(first);
    await().until(() -> receiver.requestsTo("/inflight").size() == 1);
    pause(second, id);
    push(first);
    receiver.release();
    awaitSuccesses(id, 1);
    assertThat(receiver.requestsTo("/inflight")).hasSize(1);
    resume(second, id);
    awaitSuccesses(id, 2);
  }

  @Test
  void attemptsThatBeginAfterAnUpdateUseItOnWhicheverServerTheLaneRuns() {
    String id = register(webhook("/old").putHeaders("X-Version", "1"));
    push(first);
    await().until(() -> receiver.requestsTo("/old").size() == 1);
    List<String> sentTo = new ArrayList<>();
    for (int version = 2; version < 22; version++) {
      TestServer server = version % 2 == 0 ? other(serverOfLane(id)) : serverOfLane(id);
      RegisteredWebhook updated =
          update(
              server,
              id,
              webhook("/v" + version).putHeaders("X-Version", Integer.toString(version)),
              "url",
              "headers");
      assertThat(updated.getUrl()).endsWith("/v" + version);
      String event = push(version % 3 == 0 ? first : second).getEventId();
      String path = "/v" + version;
      await().until(() -> !receiver.requestsTo(path).isEmpty());
      ReceivedRequest request = receiver.requestsTo(path).getFirst();
      assertThat(request.header("webhook-id")).isEqualTo(event);
      assertThat(request.header("X-Version")).isEqualTo(Integer.toString(version));
      sentTo.add(event);
    }
    assertThat(receiver.requestsTo("/old")).hasSize(1);
    awaitSuccesses(id, 1 + sentTo.size());
  }

  @Test
  void aReceiverThatIsGoneDisablesNoWebhookThatWasGivenAnotherUrl() {
    receiver.answer("/gone", Answer.status(410).whenReleased());
    String id = register(webhook("/gone"));
    String sent = push(first).getEventId();
    await().until(() -> receiver.requestsTo("/gone").size() == 1);
    update(first, id, webhook("/new"), "url");
    receiver.release();
    await().until(() -> isAttempted(sent));
    String next = push(second).getEventId();
    await()
        .until(
            () ->
                receiver.requestsTo("/new").stream()
                    .anyMatch(request -> request.header("webhook-id").equals(next)));
  }

  private static boolean isAttempted(String event) {
    return database
        .jdbc()
        .sql(
            "SELECT EXISTS (SELECT FROM delivery JOIN delivery_attempt ON delivery_id = delivery.id"
                + " WHERE event_id = ?::uuid)")
        .param(event)
        .query(Boolean.class)
        .single();
  }

  @Test
  void aTimeoutThatWasUpdatedBoundsTheNextAttempt() {
    receiver.answer("/slow", Answer.hang());
    String id = register(webhook("/slow").setTimeout(300));
    assertThat(update(first, id, webhook("/slow").setTimeout(1), "timeout").getTimeout())
        .isEqualTo(1);
    push(first);
    await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requestsTo("/slow").size() >= 2);
  }

  @Test
  void limitsThatWereUpdatedHoldForTheLaneThatRuns() {
    receiver.answer("/limits", Answer.hang());
    String id = register(webhook("/limits").setMaxInFlight(1));
    IntStream.range(0, 8).forEach(n -> push(first));
    await().until(() -> receiver.requestsTo("/limits").size() == 1);
    assertThat(
            update(
                    other(serverOfLane(id)),
                    id,
                    webhook("/limits").setMaxInFlight(5),
                    "max_in_flight")
                .getMaxInFlight())
        .isEqualTo(5);
    await().until(() -> receiver.requestsTo("/limits").size() == 5);
    await().during(Duration.ofMillis(300)).until(() -> receiver.requestsTo("/limits").size() == 5);
  }

  @Test
  void aWebhookThatIsGivenAnOrderSendsOneAtATimeFromThenOn() {
    receiver.answer("/order", Answer.status(200).after(Duration.ofMillis(60)));
    String id = register(webhook("/order"));
    push(first);
    awaitSuccesses(id, 1);
    update(second, id, webhook("/").setOrdering(Ordering.ORDERING_WHOLE_WEBHOOK), "ordering");
    List<String> events =
        IntStream.range(0, 5)
            .mapToObj(n -> push(n % 2 == 0 ? first : second).getEventId())
            .toList();
    awaitSuccesses(id, 6);
    List<ReceivedRequest> ordered = receiver.requestsTo("/order").subList(1, 6);
    assertThat(ordered).extracting(r -> r.header("webhook-id")).containsExactlyElementsOf(events);
    for (int i = 1; i < ordered.size(); i++) {
      assertThat(ordered.get(i).receivedAtNanos() - ordered.get(i - 1).receivedAtNanos())
          .isGreaterThan(55_000_000L);
    }
  }

  @Test
  void anInactiveWebhookMatchesNothingAndWhatItHadWaitsUntilItIsActiveAgain() {
    receiver.answer("/inactive", Answer.status(500));
    String id = register(webhook("/inactive"));
    push(first);
    await().until(() -> !receiver.requestsTo("/inactive").isEmpty());
    update(second, id, webhook("/inactive").setActive(false), "active");
    assertThat(push(first).getWebhooksTriggered()).isZero();
    assertThat(push(second).getWebhooksTriggered()).isZero();
    await().until(() -> lanesOf(id) == 0);
    int before = receiver.requestsTo("/inactive").size();
    receiver.answer("/inactive", Answer.status(200));
    await()
        .during(Duration.ofSeconds(1))
        .until(() -> receiver.requestsTo("/inactive").size() == before);

    update(second, id, webhook("/inactive").setActive(true), "active");
    assertThat(push(first).getWebhooksTriggered()).isEqualTo(1);
    awaitSuccesses(id, 2);
  }

  @Test
  void updatedPatternsMatchTheNextEventOnEveryServer() {
    String id = register(webhook("/patterns"));
    update(
        first, id, webhook("/").clearEvents().addEvents("user.*").addEvents("order.x"), "events");
    assertThat(push(second).getWebhooksTriggered()).isZero();
    update(second, id, webhook("/").clearEvents().addEvents("order.*"), "events");
    assertThat(push(first).getWebhooksTriggered()).isEqualTo(1);
  }

  @Test
  void aTestMessageIsSentAtOnceWhateverStateItsWebhookIsInAndNothingIsRecorded() {
    receiver.answer("/test", Answer.status(418).withBody("teapot"), Answer.status(200));
    String id = register(webhook("/test").putHeaders("X-Own", "kept").setActive(false));
    pause(first, id);

    TestWebhookResponse failed = test(TestWebhookRequest.newBuilder().setWebhookId(id));
    assertThat(failed.getDelivered()).isFalse();
    assertThat(failed.getResponseCode()).isEqualTo(418);
    assertThat(failed.getResponseBody()).isEqualTo("teapot");
    assertThat(failed.getErrorMessage()).isEqualTo("HTTP 418");

    TestWebhookResponse delivered =
        test(
            TestWebhookRequest.newBuilder()
                .setWebhookId(id)
                .setEvent("order.created")
                .setPayload("{ \"x\": 1 }"));
    assertThat(delivered.getDelivered()).isTrue();
    assertThat(delivered.getErrorMessage()).isEmpty();
    List<ReceivedRequest> requests = receiver.requestsTo("/test");
    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst().header("HTTPQueue-Event")).isEqualTo("httpqueue.test");
    assertThat(requests.getFirst().text()).contains("httpqueue.test");
    assertThat(requests.getLast().text()).isEqualTo("{ \"x\": 1 }");
    assertThat(requests.getLast().header("HTTPQueue-Event")).isEqualTo("order.created");
    assertThat(requests.getLast().header("X-Own")).isEqualTo("kept");
    assertThat(requests.getLast().header("webhook-id")).isEqualTo(delivered.getMessageId());
    assertThat(requests.getLast().header("webhook-signature")).startsWith("v1,");
    assertThat(delivered.getMessageId()).isNotEqualTo(failed.getMessageId());
    assertThat(
            first
                .client()
                .getWebhookStatus(GetWebhookStatusRequest.newBuilder().setWebhookId(id).build())
                .getTotalDeliveries())
        .isZero();

    database
        .jdbc()
        .sql("UPDATE webhook SET url = 'http://10.0.0.1/' WHERE id = :id::uuid")
        .param("id", id)
        .update();
    assertThat(test(TestWebhookRequest.newBuilder().setWebhookId(id)).getErrorClass())
        .isEqualTo(ErrorClass.ERROR_CLASS_BLOCKED_ADDRESS);
    first
        .client()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(id).build());
    assertThatThrownBy(() -> test(TestWebhookRequest.newBuilder().setWebhookId(id)))
        .hasMessageContaining("NOT_FOUND");
  }

  private static TestWebhookResponse test(TestWebhookRequest.Builder request) {
    return first.client().testWebhook(request.build());
  }

  @Test
  void aWebhookIsToldAsInForceAndAlsoAfterItWasUnregistered() {
    String id = register(webhook("/a").setRateLimitPerSecond(2.5).putLabels("team", "billing"));
    RegisteredWebhook found = get(id);
    assertThat(found.getRetryPolicy().getMaxAttempts()).isEqualTo(15);
    assertThat(found.getRetryPolicy().getFirstDelayMs()).isEqualTo(50);
    assertThat(found.getMaxInFlight()).isEqualTo(32);
    assertThat(found.getRateLimitBurst()).isEqualTo(2);
    assertThat(found.getLabelsMap()).containsEntry("team", "billing");
    assertThat(found.getUnregisteredAt()).isZero();
    first
        .client()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(id).build());
    assertThat(get(id).getUnregisteredAt()).isPositive();
    assertThatThrownBy(() -> pause(first, id)).hasMessageContaining("NOT_FOUND");
    assertThatThrownBy(() -> update(first, id, webhook("/b"), "url"))
        .hasMessageContaining("NOT_FOUND");
    assertThatThrownBy(() -> get(UUID.randomUUID().toString())).hasMessageContaining("NOT_FOUND");
  }
}
