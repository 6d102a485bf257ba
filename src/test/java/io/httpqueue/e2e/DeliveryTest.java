package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_EXPIRED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SENDING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.DeliveryAttempt;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(3)
class DeliveryTest {

  private static TestDatabase database;
  private static TestServer server;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void startServer() {
    database = TestPostgres.freshDatabase();
    server = TestServer.start(database, "httpqueue.retry.max-attempts=4");
  }

  @AfterAll
  static void stopServer() {
    server.close();
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

  private String register(String path, String... events) {
    return register(receiver.url(path).toString(), 5, events);
  }

  private String register(String url, int timeoutSeconds, String... events) {
    return server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addAllEvents(List.of(events))
                .setUrl(url)
                .setTimeout(timeoutSeconds)
                .putHeaders("X-Own", "kept")
                .build())
        .getWebhookId();
  }

  private PushEventResponse push(String event, String payload) {
    return server
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent(event)
                .setPayload(payload)
                .build());
  }

  private List<WebhookDelivery> deliveriesOf(String eventId) {
    return server
        .client()
        .getWebhookStatus(
            GetWebhookStatusRequest.newBuilder()
                .setEventId(eventId)
                .setIncludeAttempts(true)
                .build())
        .getDeliveriesList();
  }

  private WebhookDelivery ended(String eventId, WebhookDeliveryStatus status) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                deliveriesOf(eventId).stream()
                    .map(WebhookDelivery::getStatus)
                    .toList()
                    .equals(List.of(status)));
    return deliveriesOf(eventId).getFirst();
  }

  @Test
  void anEventArrivesByteForByteWithItsHeaders() {
    String webhook = register("/hook", "order.*");
    String payload = "{ \"a\" : 1.0,\t\"ü\": \"\\u0000 \uD83D\uDE00\" , \"a\":2 }";
    PushEventResponse pushed = push("order.created", payload);
    assertThat(pushed.getWebhooksTriggered()).isEqualTo(1);
    assertThat(pushed.getWebhookIdsList()).containsExactly(webhook);

    WebhookDelivery delivery = ended(pushed.getEventId(), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    ReceivedRequest request = receiver.requestsTo("/hook").getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.text()).isEqualTo(payload);
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
    assertThat(request.header("User-Agent")).startsWith("HTTPQueue/");
    assertThat(request.header("X-Own")).isEqualTo("kept");
    assertThat(request.header("webhook-id")).isEqualTo(pushed.getEventId());
    assertThat(request.header("webhook-timestamp")).matches("[0-9]{10}");
    assertThat(request.header("HTTPQueue-Event")).isEqualTo("order.created");
    assertThat(request.header("HTTPQueue-Namespace")).isEqualTo(namespace);
    assertThat(request.header("HTTPQueue-Delivery")).isEqualTo(delivery.getDeliveryId());
    assertThat(request.header("HTTPQueue-Attempt")).isEqualTo("1");
    assertThat(delivery.getAttemptCount()).isEqualTo(1);
    assertThat(delivery.getResponseCode()).isEqualTo(200);
    assertThat(delivery.getErrorMessage()).isEmpty();
  }

  @Test
  void aFailedAttemptIsMadeAgainWithTheSameIdsUntilItArrives() {
    receiver.answer(
        "/flaky", Answer.status(500).withBody("sorry"), Answer.status(302), Answer.status(204));
    register("/flaky", "a");
    String event = push("a", "{}").getEventId();
    WebhookDelivery delivery = ended(event, WEBHOOK_DELIVERY_STATUS_SUCCESS);

    List<ReceivedRequest> requests = receiver.requestsTo("/flaky");
    assertThat(requests)
        .extracting(r -> r.header("HTTPQueue-Attempt"))
        .containsExactly("1", "2", "3");
    assertThat(requests).extracting(r -> r.header("webhook-id")).containsOnly(event);
    assertThat(requests)
        .extracting(r -> r.header("HTTPQueue-Delivery"))
        .containsOnly(delivery.getDeliveryId());
    assertThat(delivery.getAttemptsList())
        .extracting(DeliveryAttempt::getResponseCode)
        .containsExactly(500, 302, 204);
    assertThat(delivery.getAttempts(0).getResponseBody()).isEqualTo("sorry");
    assertThat(delivery.getAttempts(0).getErrorMessage()).isEqualTo("HTTP 500");
  }

  @Test
  void aDeliveryFailsWhenItsAttemptsAreUsedUp() {
    receiver.answer("/broken", Answer.status(400).withBody("no"));
    register("/broken", "a");
    WebhookDelivery delivery = ended(push("a", "{}").getEventId(), WEBHOOK_DELIVERY_STATUS_FAILED);
    assertThat(delivery.getAttemptCount()).isEqualTo(4);
    assertThat(delivery.getMaxAttempts()).isEqualTo(4);
    assertThat(delivery.getResponseCode()).isEqualTo(400);
    assertThat(delivery.getResponseBody()).isEqualTo("no");
    assertThat(delivery.getErrorMessage()).isEqualTo("HTTP 400");
    assertThat(receiver.requestsTo("/broken")).hasSize(4);
  }

  @Test
  void aRefusedConnectionAndANameWithoutAddressAreFailedAttempts() {
    register("http://127.0.0.1:" + TestServer.freePort() + "/", 1, "refused");
    register("http://no-such-host.invalid/", 1, "nameless");
    String refused = push("refused", "{}").getEventId();
    String nameless = push("nameless", "{}").getEventId();
    assertThat(ended(refused, WEBHOOK_DELIVERY_STATUS_FAILED).getAttemptsCount()).isEqualTo(4);
    WebhookDelivery unknown = ended(nameless, WEBHOOK_DELIVERY_STATUS_FAILED);
    assertThat(unknown.getAttemptsCount()).isEqualTo(4);
    assertThat(unknown.getResponseCode()).isZero();
    assertThat(unknown.getErrorMessage()).isNotEmpty();
  }

  @Test
  void anAttemptThatTakesLongIsShownAsSendingAndEndsAtItsTimeout() {
    receiver.answer("/hangs", Answer.hang());
    receiver.answer("/slow", Answer.hang(), Answer.status(200));
    register(receiver.url("/hangs").toString(), 300, "hangs");
    register(receiver.url("/slow").toString(), 2, "slow");
    String hanging = push("hangs", "{}").getEventId();
    WebhookDelivery sending = ended(hanging, WEBHOOK_DELIVERY_STATUS_SENDING);
    assertThat(sending.getAttemptCount()).isEqualTo(1);
    WebhookDelivery delivery =
        ended(push("slow", "{}").getEventId(), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(delivery.getAttemptCount()).isEqualTo(2);
    assertThat(delivery.getAttempts(0).getDurationMs()).isBetween(1_900L, 60_000L);
    assertThat(delivery.getAttempts(0).getErrorMessage()).isNotEmpty();
  }

  @Test
  void aDeliveryThatDoesNotArriveInItsTimeExpires() {
    receiver.answer("/down", Answer.hang());
    register(receiver.url("/down").toString(), 30, "a");
    String event =
        server
            .client()
            .pushEvent(
                PushEventRequest.newBuilder()
                    .setNamespace(namespace)
                    .setEvent("a")
                    .setPayload("{}")
                    .setTtlSeconds(3)
                    .build())
            .getEventId();
    WebhookDelivery delivery = ended(event, WEBHOOK_DELIVERY_STATUS_EXPIRED);
    assertThat(delivery.getAttemptCount()).isEqualTo(1);
    assertThat(delivery.getErrorMessage()).contains("time to live");
  }

  @Test
  void oneEventGoesToAThousandWebhooks() {
    List<String> webhooks =
        IntStream.range(0, 1_000).mapToObj(n -> register("/many/" + n, "big")).toList();
    PushEventResponse pushed = push("big", "[1]");
    assertThat(pushed.getWebhooksTriggered()).isEqualTo(1_000);
    assertThat(pushed.getWebhookIdsList()).containsExactlyInAnyOrderElementsOf(webhooks);
    await().atMost(Duration.ofSeconds(60)).until(() -> receiver.requests().size() >= 1_000);
    assertThat(receiver.requests()).extracting(ReceivedRequest::path).doesNotHaveDuplicates();
  }

  @Test
  void nothingIsSentAfterAWebhookIsUnregisteredAndWhatWaitedIsCancelled() {
    // It takes some first, so that all of the usual 32 are under way when it hangs.
    List<Answer> answers = new ArrayList<>(Collections.nCopies(40, Answer.status(200)));
    answers.add(Answer.hang());
    receiver.answer("/gone", answers.toArray(Answer[]::new));
    String webhook = register(receiver.url("/gone").toString(), 300, "a");
    pause(webhook);
    List<String> events =
        IntStream.range(0, 80).mapToObj(n -> push("a", "{}").getEventId()).toList();
    resume(webhook);
    await().until(() -> receiver.requestsTo("/gone").size() == 40 + 32);
    UnregisterWebhookRequest request =
        UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build();
    assertThat(server.client().unregisterWebhook(request).getSuccess()).isTrue();
    await().until(() -> withStatus(events, WEBHOOK_DELIVERY_STATUS_CANCELLED).size() == 40);
    assertThat(withStatus(events, WEBHOOK_DELIVERY_STATUS_SUCCESS)).hasSize(40);
    assertThat(withStatus(events, WEBHOOK_DELIVERY_STATUS_CANCELLED))
        .allMatch(delivery -> delivery.getErrorMessage().contains("unregistered"));
    assertThat(push("a", "{}").getWebhooksTriggered()).isZero();
    assertThat(receiver.requestsTo("/gone")).hasSize(40 + 32);
    assertThat(server.client().unregisterWebhook(request).getSuccess()).isTrue();
  }

  private void pause(String webhook) {
    var _ =
        server
            .client()
            .pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(webhook).build());
  }

  private void resume(String webhook) {
    var _ =
        server
            .client()
            .resumeWebhook(ResumeWebhookRequest.newBuilder().setWebhookId(webhook).build());
  }

  private List<WebhookDelivery> withStatus(List<String> events, WebhookDeliveryStatus status) {
    return events.stream()
        .map(event -> deliveriesOf(event).getFirst())
        .filter(delivery -> delivery.getStatus() == status)
        .toList();
  }

  @Test
  void aWebhookTakesPartInWhatIsPushedAfterItsRegistration() {
    assertThat(push("a", "{}").getWebhooksTriggered()).isZero();
    register("/late", "*");
    assertThat(push("a", "{}").getWebhooksTriggered()).isEqualTo(1);
    await().until(() -> receiver.requestsTo("/late").size() == 1);
  }
}
