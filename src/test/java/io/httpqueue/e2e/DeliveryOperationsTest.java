package io.httpqueue.e2e;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.api.v1.DeliveryAttempt;
import io.httpqueue.api.v1.ListDeliveriesRequest;
import io.httpqueue.api.v1.ListDeliveriesResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a server that makes two attempts, an hour apart, and sends one at a time. */
class DeliveryOperationsTest {

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
            "httpqueue.delivery.max-in-flight=1");
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
  void aDeliveryIsReadWithWhatItIsOfAndItsAttempts() {
    receiver.answer("/a", Answer.status(500).withBody("no"));
    String webhook = register("/a", "*");
    String event = client.push("order.created");
    WebhookDelivery read =
        client.awaitStatus(client.awaitDelivery(event, webhook), WEBHOOK_DELIVERY_STATUS_RETRYING);

    assertThat(read.getNamespace()).isEqualTo(client.namespace());
    assertThat(read.getEvent()).isEqualTo("order.created");
    assertThat(read.getEventId()).isEqualTo(event);
    assertThat(read.getWebhookId()).isEqualTo(webhook);
    assertThat(read.getReplayId()).isEmpty();
    assertThat(read.getAttemptsList())
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.getResponseCode()).isEqualTo(500);
              assertThat(attempt.getResponseBody()).isEqualTo("no");
            });
  }

  @Test
  void whatIsNotThereIsNotFound() {
    String unknown = UUID.randomUUID().toString();
    assertThatThrownBy(() -> client.get(unknown))
        .satisfies(failure -> hasCode(failure, Status.Code.NOT_FOUND));
    assertThatThrownBy(() -> client.retry(unknown))
        .satisfies(failure -> hasCode(failure, Status.Code.NOT_FOUND));
    assertThatThrownBy(() -> client.cancel(unknown))
        .satisfies(failure -> hasCode(failure, Status.Code.NOT_FOUND));
    String webhook = register("/a", "*");
    assertThatThrownBy(
            () ->
                server
                    .client()
                    .listDeliveries(
                        ListDeliveriesRequest.newBuilder()
                            .setNamespace("another")
                            .setWebhookId(webhook)
                            .build()))
        .satisfies(failure -> hasCode(failure, Status.Code.NOT_FOUND));
  }

  @Test
  void deliveriesAreListedByEachFilterNewestFirstPageByPage() {
    receiver.answer("/bad", Answer.status(500));
    String good = register("/good", "*");
    String bad = register("/bad", "b");
    String a = client.push("a");
    String b = client.push("b");
    client.awaitStatus(client.awaitDelivery(a, good), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    client.awaitStatus(client.awaitDelivery(b, good), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    client.awaitStatus(client.awaitDelivery(b, bad), WEBHOOK_DELIVERY_STATUS_RETRYING);

    assertThat(listed(list())).containsExactlyInAnyOrder(a + good, b + good, b + bad);
    assertThat(pages(list().setPageSize(1))).isEqualTo(listed(list()));
    assertThat(listed(list().setWebhookId(good))).containsExactly(b + good, a + good);
    assertThat(listed(list().setEventId(b))).containsExactlyInAnyOrder(b + good, b + bad);
    assertThat(listed(list().setEvent("a"))).containsExactly(a + good);
    assertThat(listed(list().addStatuses(WEBHOOK_DELIVERY_STATUS_RETRYING)))
        .containsExactly(b + bad);
    assertThat(listed(list().setEventId(b).setWebhookId(bad))).containsExactly(b + bad);
    long now = System.currentTimeMillis();
    assertThat(listed(list().setCreatedFromMs(now + 60_000))).isEmpty();
    assertThat(listed(list().setCreatedBeforeMs(now - 60_000))).isEmpty();
    assertThat(listed(list().setCreatedFromMs(now - 60_000).setCreatedBeforeMs(now + 60_000)))
        .hasSize(3);
  }

  @Test
  void aRetryIsBroughtForwardAndOneThatFailedGetsItsAttemptsAnew() {
    receiver.answer("/down", Answer.status(500), Answer.status(500), Answer.hang());
    String webhook = register("/down", "*");
    String event = client.push("e");
    String id = client.awaitDelivery(event, webhook);
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_RETRYING);

    client.retry(id);
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_FAILED);
    WebhookDelivery retried = client.retry(id);

    assertThat(retried.getMaxAttempts()).isEqualTo(4);
    assertThat(retried.getErrorMessage()).isEqualTo("HTTP 500");
    receiver.release();
    WebhookDelivery arrived = client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(arrived.getAttemptsList())
        .extracting(DeliveryAttempt::getNumber)
        .containsExactly(1, 2, 3);
    assertThat(receiver.requestsTo("/down"))
        .extracting(request -> request.header("webhook-id"))
        .containsOnly(event);
    assertThatThrownBy(() -> client.retry(id))
        .satisfies(failure -> hasCode(failure, Status.Code.FAILED_PRECONDITION));
  }

  @Test
  void whatIsCancelledIsNotSentAlsoWhereALaneHasReadItAlready() {
    receiver.answer("/busy", Answer.hang());
    String webhook = register("/busy", "*");
    String first = client.push("e");
    await().until(() -> receiver.requestsTo("/busy").size() == 1);
    String second = client.push("e");
    String third = client.push("e");
    // Whatever was pushed before it has been read with it, while the first was under way.
    String last = client.push("e");
    await().until(() -> !client.deliveries(last, webhook).isEmpty());

    WebhookDelivery cancelled = client.cancel(client.awaitDelivery(second, webhook));
    assertThat(cancelled.getStatus()).isEqualTo(WEBHOOK_DELIVERY_STATUS_CANCELLED);
    assertThat(cancelled.getErrorMessage()).isEqualTo("it was cancelled");
    assertThat(client.cancel(client.awaitDelivery(second, webhook)).getStatus())
        .isEqualTo(WEBHOOK_DELIVERY_STATUS_CANCELLED);
    client.cancel(client.awaitDelivery(first, webhook));
    receiver.release();

    // The first was under way, and has arrived after all.
    client.awaitStatus(client.awaitDelivery(first, webhook), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    client.awaitStatus(client.awaitDelivery(last, webhook), WEBHOOK_DELIVERY_STATUS_SUCCESS);
    assertThat(receiver.requestsTo("/busy"))
        .extracting(request -> request.header("webhook-id"))
        .containsExactly(first, third, last);
    assertThatThrownBy(() -> client.cancel(client.awaitDelivery(third, webhook)))
        .satisfies(failure -> hasCode(failure, Status.Code.FAILED_PRECONDITION));
  }

  @Test
  void aCancelledDeliveryIsSentAfterARetry() {
    receiver.answer("/x", Answer.status(500), Answer.status(200));
    String webhook = register("/x", "*");
    String id = client.awaitDelivery(client.push("e"), webhook);
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_RETRYING);
    client.cancel(id);

    client.retry(id);

    assertThat(client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_SUCCESS).getErrorMessage()).isEmpty();
  }

  @Test
  void nothingIsRetriedOnceItsWebhookIsUnregistered() {
    receiver.answer("/x", Answer.status(500));
    String webhook = register("/x", "*");
    String id = client.awaitDelivery(client.push("e"), webhook);
    client.awaitStatus(id, WEBHOOK_DELIVERY_STATUS_RETRYING);
    server
        .client()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build());

    assertThatThrownBy(() -> client.retry(id))
        .satisfies(failure -> hasCode(failure, Status.Code.FAILED_PRECONDITION));
    assertThat(listed(list())).hasSize(1);
  }

  @Test
  void allThatIsWrongWithARequestIsNamed() {
    assertThatThrownBy(
            () ->
                server
                    .client()
                    .listDeliveries(
                        ListDeliveriesRequest.newBuilder()
                            .setWebhookId("x")
                            .setEventId("y")
                            .setEvent("*")
                            .addStatuses(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_UNKNOWN)
                            .setCreatedFromMs(-1)
                            .setPageSize(501)
                            .setPageToken("z")
                            .build()))
        .satisfies(
            failure ->
                assertThat(violations(failure))
                    .containsExactlyInAnyOrder(
                        "namespace",
                        "webhook_id",
                        "event_id",
                        "event",
                        "statuses[0]",
                        "created_from_ms",
                        "page_size",
                        "page_token"));
  }

  private String register(String path, String... events) {
    return client.register(receiver.url(path).toString(), events);
  }

  private ListDeliveriesRequest.Builder list() {
    return ListDeliveriesRequest.newBuilder().setNamespace(client.namespace());
  }

  private static List<String> listed(ListDeliveriesRequest.Builder request) {
    return listed(server.client().listDeliveries(request.build()));
  }

  private static List<String> listed(ListDeliveriesResponse response) {
    return response.getDeliveriesList().stream()
        .map(delivery -> delivery.getEventId() + delivery.getWebhookId())
        .toList();
  }

  private static List<String> pages(ListDeliveriesRequest.Builder request) {
    List<String> all = new ArrayList<>();
    ListDeliveriesResponse page;
    do {
      page = server.client().listDeliveries(request.build());
      assertThat(page.getDeliveriesCount()).isLessThanOrEqualTo(1);
      all.addAll(listed(page));
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return all;
  }

  private static void hasCode(Throwable failure, Status.Code code) {
    assertThat(((StatusRuntimeException) failure).getStatus().getCode()).isEqualTo(code);
  }

  private static List<String> violations(Throwable failure) {
    return StatusProto.fromThrowable(failure).getDetailsList().stream()
        .filter(detail -> detail.is(BadRequest.class))
        .flatMap(
            detail -> {
              try {
                return detail.unpack(BadRequest.class).getFieldViolationsList().stream();
              } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
              }
            })
        .map(BadRequest.FieldViolation::getField)
        .collect(Collectors.toList());
  }
}
