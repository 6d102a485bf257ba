package io.httpqueue.api;

import static io.httpqueue.api.ApiServer.details;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ResourceInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebhookServiceTest {

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyViolationIsToldInTheDetails() throws Exception {
    StatusRuntimeException failure =
        failure(
            () ->
                server
                    .stub()
                    .registerWebhook(
                        RegisterWebhookRequest.newBuilder()
                            .addEvents("*")
                            .addEvents("a b")
                            .setUrl("x")
                            .putHeaders("Host", "secret")
                            .build()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(violatedFields(failure))
        .containsExactly("namespace", "events[1]", "url", "headers[Host]");
    assertThat(details(failure).toString()).doesNotContain("secret");
  }

  @Test
  void aWebhookIsMatchedOnceItsRegistrationWasAnswered() {
    String first = server.register("matched", "order.*");
    String second = server.register("matched", "*");
    server.register("matched", "user.*");
    server.register("elsewhere", "*");

    PushEventResponse pushed = push("matched", "order.created");

    assertThat(pushed.getWebhookIdsList()).containsExactlyInAnyOrder(first, second);
    assertThat(pushed.getWebhooksTriggered()).isEqualTo(2);
  }

  @Test
  void anEventThatNoWebhookWantsIsAcceptedAndHasNoDeliveries() {
    PushEventResponse pushed = push("nobody", "order.created");

    assertThat(pushed.getWebhooksTriggered()).isZero();
    assertThat(status(request -> request.setEventId(pushed.getEventId())).getTotalDeliveries())
        .isZero();
  }

  @Test
  void anUnregisteredWebhookIsNotMatchedButItsHistoryStays() {
    String webhook = server.register("gone", "*");
    push("gone", "before");
    awaitDeliveries(webhook, 1);

    assertThat(unregister(webhook)).isTrue();
    assertThat(unregister(webhook)).isTrue();

    assertThat(push("gone", "after").getWebhooksTriggered()).isZero();
    assertThat(list("gone", request -> {}).getWebhooksList()).isEmpty();
    GetWebhookStatusResponse status = status(request -> request.setWebhookId(webhook));
    assertThat(status.getTotalDeliveries()).isOne();
    assertThat(status.getDeliveries(0).getStatus())
        .isEqualTo(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED);
    assertThat(status.getDeliveries(0).getErrorMessage())
        .startsWith("its webhook was unregistered");
    assertThat(status.getDeliveries(0).getNextRetryAt()).isZero();
  }

  @Test
  void unknownIdsAreNotFoundWithTheirName() throws Exception {
    String unknown = UUID.randomUUID().toString();

    for (StatusRuntimeException failure :
        List.of(
            failure(() -> unregister(unknown)),
            failure(() -> status(request -> request.setWebhookId(unknown))),
            failure(() -> status(request -> request.setEventId(unknown))))) {
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(details(failure).getDetails(0).unpack(ResourceInfo.class).getResourceName())
          .isEqualTo(unknown);
    }
  }

  @Test
  void anIdOfAnotherNamespaceIsNotFound() {
    String webhook = server.register("mine", "*");
    String event = push("mine", "e").getEventId();

    assertThat(codeOf(() -> status(r -> r.setWebhookId(webhook).setNamespace("yours"))))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(codeOf(() -> status(r -> r.setEventId(event).setNamespace("yours"))))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status(r -> r.setEventId(event).setNamespace("mine")).getSuccess()).isTrue();
    assertThat(status(r -> r.setWebhookId(webhook).setNamespace("mine")).getSuccess()).isTrue();
  }

  @Test
  void malformedQueriesAreInvalid() throws Exception {
    assertThat(violatedFields(failure(() -> unregister("1-1-1-1-1"))))
        .containsExactly("webhook_id");
    assertThat(violatedFields(failure(() -> unregister("")))).containsExactly("webhook_id");
    assertThat(violatedFields(failure(() -> status(r -> {})))).containsExactly("identifier");
    assertThat(
            violatedFields(
                failure(
                    () ->
                        status(
                            r ->
                                r.setEventId("x")
                                    .setNamespace("a b")
                                    .setPageSize(501)
                                    .setPageToken("AAAA")
                                    .addStatuses(
                                        WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING)
                                    .addStatuses(
                                        WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_UNKNOWN)
                                    .addStatusesValue(99)))))
        .containsExactly(
            "event_id", "namespace", "page_size", "page_token", "statuses[1]", "statuses[2]");
    assertThat(
            violatedFields(
                failure(() -> list("", r -> r.setEvent("a.*").setPageSize(-1).setPageToken("?")))))
        .containsExactly("namespace", "event", "page_size", "page_token");
  }

  @Test
  void webhooksAreListedPageByPageNewestFirst() {
    List<String> registered = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      registered.addFirst(server.register("paged", "e" + i, "*"));
    }

    List<String> found = new ArrayList<>();
    String token = "";
    do {
      String pageToken = token;
      ListWebhooksResponse page = list("paged", r -> r.setPageSize(2).setPageToken(pageToken));
      assertThat(page.getTotalCount()).isEqualTo(5);
      page.getWebhooksList().stream().map(RegisteredWebhook::getWebhookId).forEach(found::add);
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(found).isEqualTo(registered);
  }

  @Test
  void aTokenIsGoodForItsOwnQuestionOnly() throws Exception {
    server.register("token", "*");
    server.register("token", "*");
    String token = list("token", r -> r.setPageSize(1)).getNextPageToken();

    assertThat(list("token", r -> r.setPageSize(7).setPageToken(token)).getWebhooksList())
        .hasSize(1);
    assertThat(violatedFields(failure(() -> list("other", r -> r.setPageToken(token)))))
        .containsExactly("page_token");
    assertThat(
            violatedFields(
                failure(() -> list("token", r -> r.setActiveOnly(true).setPageToken(token)))))
        .containsExactly("page_token");
  }

  @Test
  void aPageThatIsTooLargeForOneAnswerIsCutAndGoesOn() {
    String header = "v".repeat(16_000);
    for (int i = 0; i < 250; i++) {
      server
          .stub()
          .registerWebhook(
              RegisterWebhookRequest.newBuilder()
                  .setNamespace("large")
                  .addEvents("*")
                  .setUrl("http://127.0.0.1:1/")
                  .putHeaders("X", header)
                  .build());
    }

    ListWebhooksResponse first = list("large", r -> r.setPageSize(500));
    ListWebhooksResponse second =
        list("large", r -> r.setPageSize(500).setPageToken(first.getNextPageToken()));

    assertThat(first.getWebhooksCount()).isBetween(150, 249);
    assertThat(first.getWebhooksCount() + second.getWebhooksCount()).isEqualTo(250);
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void deliveriesAreToldPageByPageWithTheirAttempts() {
    String webhook = server.register("deliveries", "*");
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      events.add(push("deliveries", "e").getEventId());
    }
    // Nothing listens there.
    await()
        .until(
            () ->
                status(r -> r.setWebhookId(webhook)).getDeliveriesList().stream()
                        .filter(delivery -> delivery.getAttemptCount() > 0)
                        .count()
                    == 3);
    unregister(webhook);

    GetWebhookStatusResponse first =
        status(r -> r.setWebhookId(webhook).setPageSize(2).setIncludeAttempts(true));
    GetWebhookStatusResponse second =
        status(
            r ->
                r.setWebhookId(webhook)
                    .setPageSize(2)
                    .setIncludeAttempts(true)
                    .setPageToken(first.getNextPageToken()));
    List<WebhookDelivery> deliveries = new ArrayList<>(first.getDeliveriesList());
    deliveries.addAll(second.getDeliveriesList());

    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(first.getTotalDeliveries()).isEqualTo(3);
    assertThat(deliveries)
        .extracting(WebhookDelivery::getEventId)
        .containsExactlyInAnyOrderElementsOf(events);
    assertThat(deliveries)
        .extracting(WebhookDelivery::getDeliveryId)
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(deliveries)
        .allSatisfy(
            delivery -> {
              assertThat(delivery.getAttemptsCount()).isPositive();
              assertThat(delivery.getAttempts(0).getNumber()).isOne();
              assertThat(delivery.getAttempts(0).getErrorMessage()).isNotEmpty();
              assertThat(delivery.getAttempts(0).getStartedAtMs() / 1000)
                  .isBetween(delivery.getCreatedAt() - 1, delivery.getLastAttemptedAt() + 1);
              assertThat(delivery.getErrorMessage()).isNotEmpty();
            });
    assertThat(status(r -> r.setWebhookId(webhook)).getDeliveries(0).getAttemptsList()).isEmpty();
    assertThat(
            status(
                    r ->
                        r.setWebhookId(webhook)
                            .addStatuses(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS))
                .getTotalDeliveries())
        .isZero();
  }

  private static void awaitDeliveries(String webhook, int count) {
    await().until(() -> status(r -> r.setWebhookId(webhook)).getTotalDeliveries() == count);
  }

  private static PushEventResponse push(String namespace, String event) {
    return server
        .stub()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent(event)
                .setPayload("{}")
                .build());
  }

  private static boolean unregister(String webhook) {
    return server
        .stub()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build())
        .getSuccess();
  }

  private static GetWebhookStatusResponse status(
      Consumer<GetWebhookStatusRequest.Builder> question) {
    GetWebhookStatusRequest.Builder request = GetWebhookStatusRequest.newBuilder();
    question.accept(request);
    return server.stub().getWebhookStatus(request.build());
  }

  private static ListWebhooksResponse list(
      String namespace, Consumer<ListWebhooksRequest.Builder> question) {
    ListWebhooksRequest.Builder request = ListWebhooksRequest.newBuilder().setNamespace(namespace);
    question.accept(request);
    return server.stub().listWebhooks(request.build());
  }

  private static List<String> violatedFields(StatusRuntimeException failure)
      throws InvalidProtocolBufferException {
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return details(failure).getDetails(0).unpack(BadRequest.class).getFieldViolationsList().stream()
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }

  private static Status.Code codeOf(Runnable call) {
    return failure(call).getStatus().getCode();
  }

  private static StatusRuntimeException failure(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }
}
