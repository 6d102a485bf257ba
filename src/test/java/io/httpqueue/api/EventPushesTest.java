package io.httpqueue.api;

import static io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_OFF;
import static io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_REJECT;
import static io.httpqueue.api.v1.SchemaMode.SCHEMA_MODE_WARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.DeleteEventTypeRequest;
import io.httpqueue.api.v1.EventType;
import io.httpqueue.api.v1.FieldError;
import io.httpqueue.api.v1.ListEventTypesRequest;
import io.httpqueue.api.v1.ListEventTypesResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PushEventResult;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.PushEventsRequest;
import io.httpqueue.api.v1.PushEventsResponse;
import io.httpqueue.api.v1.PutEventTypeRequest;
import io.httpqueue.testing.PushStreamClient;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventPushesTest {

  private static final int QUEUE = 30;
  private static final String SCHEMA =
      "{\"required\": [\"total\"], \"properties\": {\"total\": {\"type\": \"number\"}}}";

  private static ApiServer server;
  private static TestServer other;

  private String namespace;

  @BeforeAll
  static void start() {
    server = new ApiServer("httpqueue.intake.queue-events=" + QUEUE);
    other = TestServer.start(server.database());
  }

  @AfterAll
  static void stop() {
    other.close();
    server.close();
  }

  @BeforeEach
  void chooseNamespace() {
    namespace = "test-" + UUID.randomUUID();
  }

  private PushEventRequest.Builder event() {
    return PushEventRequest.newBuilder()
        .setNamespace(namespace)
        .setEvent("order.created")
        .setPayload("{}");
  }

  private static PushEventsResponse pushAll(Iterable<PushEventRequest> events) {
    return server.stub().pushEvents(PushEventsRequest.newBuilder().addAllEvents(events).build());
  }

  private long stored() {
    return server
        .jdbc()
        .sql("SELECT count(*) FROM event WHERE namespace = :namespace")
        .param("namespace", namespace)
        .query(Long.class)
        .single();
  }

  @Test
  void ofAListTheGoodEventsAreAcceptedAndTheBadOnesNamed() {
    String webhook = server.register(namespace, "*");

    PushEventsResponse answer =
        pushAll(
            List.of(
                event().setIdempotencyKey("a").build(),
                event().setPayload("{").setTtlSeconds(-1).build(),
                event().setIdempotencyKey("a").setPayload("1").build(),
                event().setIdempotencyKey("a").build()));

    assertThat(answer.getAcceptedCount()).isEqualTo(2);
    assertThat(answer.getResults(0).getAccepted().getWebhookIdsList()).containsExactly(webhook);
    assertThat(answer.getResults(1).getError().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    assertThat(answer.getResults(1).getError().getFieldsList())
        .extracting(FieldError::getField)
        .containsExactly("payload", "ttl_seconds");
    assertThat(answer.getResults(2).getError().getCode())
        .isEqualTo(Status.Code.ALREADY_EXISTS.value());
    assertThat(answer.getResults(3).getAccepted().getDuplicate()).isTrue();
    assertThat(answer.getResults(3).getAccepted().getEventId())
        .isEqualTo(answer.getResults(0).getAccepted().getEventId());
    assertThat(stored()).isOne();
  }

  @Test
  void aListHasOneToAThousandEvents() {
    for (int count : new int[] {0, 1_001}) {
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> pushAll(IntStream.range(0, count).mapToObj(i -> event().build()).toList()));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void whatAListHasBeyondTheQueueIsRefusedByItself() {
    PushEventsResponse answer =
        pushAll(IntStream.range(0, 1_000).mapToObj(i -> event().build()).toList());

    assertThat(answer.getResultsCount()).isEqualTo(1_000);
    assertThat(answer.getAcceptedCount()).isBetween(QUEUE, 999);
    assertThat(stored()).isEqualTo(answer.getAcceptedCount());
    assertThat(answer.getResultsList())
        .filteredOn(PushEventResult::hasError)
        .allSatisfy(
            result -> {
              assertThat(result.getError().getCode())
                  .isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
              assertThat(result.getError().getRetryAfterMs()).isEqualTo(1_000);
            });
  }

  @Test
  void aStreamIsAnsweredInOrderAndSlowedDownByAFullQueueInPlaceOfRefused() throws Exception {
    int events = 3_000;
    try (PushStreamClient stream = PushStreamClient.open(server.channel())) {
      for (int i = 0; i < events; i++) {
        stream.send(event().setPayload(i % 100 == 7 ? "{" : Integer.toString(i)).build());
      }
      stream.complete();
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.OK);

      List<PushEventStreamResponse> answers = stream.answers();
      assertThat(answers)
          .extracting(PushEventStreamResponse::getSequence)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < events; i++) {
        PushEventResult result = answers.get(i).getResult();
        assertThat(result.hasError()).isEqualTo(i % 100 == 7);
        if (result.hasAccepted()) {
          ids.add(result.getAccepted().getEventId());
        }
      }
      assertThat(ids).hasSize(events - events / 100);
      assertThat(stored()).isEqualTo(ids.size());
    }
  }

  @Test
  void aClientThatDoesNotReadItsAnswersIsNotReadFrom() throws Exception {
    try (PushStreamClient stream = PushStreamClient.openWithoutReading(server.channel())) {
      int events = 20_000;
      for (int i = 0; i < events; i++) {
        stream.send(event().build());
      }
      await().until(() -> stored() > 0);
      long[] before = {-1};
      await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                long now = stored();
                boolean still = now == before[0];
                before[0] = now;
                return still;
              });
      assertThat(stored()).isLessThan(events);

      stream.readAll();
      stream.complete();
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
      assertThat(stream.answers()).hasSize(events);
    }
  }

  @Test
  void whatAStreamAcknowledgedBeforeItWasCancelledIsCommitted() throws Exception {
    try (PushStreamClient stream = PushStreamClient.open(server.channel())) {
      for (int i = 0; i < 500; i++) {
        stream.send(event().build());
      }
      await().until(() -> stream.answers().size() >= 10);
      stream.cancel();
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
      assertThat(stored()).isGreaterThanOrEqualTo(stream.answers().size());
    }
    await()
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> server.stub().pushEvent(event().build()).getSuccess());
  }

  @Test
  void aServerThatStopsAnswersWhatItReadAndEndsItsStreams() throws Exception {
    TestServer stopping = TestServer.start(server.database());
    try (PushStreamClient stream = PushStreamClient.open(stopping.channel())) {
      for (int i = 0; i < 50; i++) {
        stream.send(event().build());
      }
      await().until(() -> stream.answers().size() == 50);
      stopping.stop();
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(stored()).isEqualTo(50);
    } finally {
      stopping.close();
    }
  }

  @Test
  void aServerThatStopsAnswersAlsoWhatItIsAboutToAccept() throws Exception {
    TestServer stopping = TestServer.start(server.database());
    try (PushStreamClient idle = PushStreamClient.open(stopping.channel());
        PushStreamClient stream = PushStreamClient.open(stopping.channel())) {
      CompletableFuture<Void> stopped = new CompletableFuture<>();
      server
          .database()
          .transactions()
          .executeWithoutResult(
              _ -> {
                // The first event of a namespace has its types read.
                server.database().jdbc().sql("LOCK TABLE event_type").update();
                stream.send(event().build());
                server.database().awaitBlocked("event_type");
                stopped.completeAsync(
                    () -> {
                      stopping.stop();
                      return null;
                    });
                await().until(() -> idle.awaitEnd().getCode() == Status.Code.UNAVAILABLE);
              });
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(stream.answers()).hasSize(1);
      assertThat(stored()).isEqualTo(1);
      stopped.join();
    } finally {
      stopping.close();
    }
  }

  private EventType.Builder type(String name) {
    return EventType.newBuilder().setNamespace(namespace).setName(name).setJsonSchema(SCHEMA);
  }

  private static EventType put(EventType.Builder type) {
    return server
        .stub()
        .putEventType(PutEventTypeRequest.newBuilder().setEventType(type).build())
        .getEventType();
  }

  private PushEventResponse pushTo(TestServer where, String payload) {
    return where.client().pushEvent(event().setPayload(payload).build());
  }

  private StatusRuntimeException refusal(TestServer where, String payload) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> pushTo(where, payload));
  }

  @Test
  void aTypesSchemaIsHeldByEveryServerAsItsModeSays() throws Exception {
    // Both servers know the namespace before the type is there.
    assertThat(pushTo(server.server(), "{}").getSchemaViolationsList()).isEmpty();
    assertThat(pushTo(other, "{}").getSchemaViolationsList()).isEmpty();

    put(type("order.created").setMode(SCHEMA_MODE_WARN));
    await().until(() -> pushTo(other, "{}").getSchemaViolationsCount() == 1);
    assertThat(pushTo(server.server(), "{\"total\": \"secret\"}").getSchemaViolationsList())
        .containsExactly("/total: breaks /properties/total/type");
    assertThat(pushTo(other, "{\"total\": 1}").getSchemaViolationsList()).isEmpty();

    put(type("order.created").setMode(SCHEMA_MODE_REJECT));
    await().until(() -> refusal(other, "{}") != null);
    StatusRuntimeException refused = refusal(server.server(), "{}");
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    BadRequest details = ApiServer.details(refused).getDetails(0).unpack(BadRequest.class);
    assertThat(details.getFieldViolations(0).getField()).isEqualTo("payload");
    assertThat(details.getFieldViolations(0).getDescription())
        .isEqualTo("(root): breaks /required (total is missing)");

    put(type("order.created").setMode(SCHEMA_MODE_OFF));
    await().until(() -> refusal(other, "{}") == null);
    put(type("order.created").setMode(SCHEMA_MODE_REJECT));
    await().until(() -> refusal(other, "{}") != null);
    server
        .stub()
        .deleteEventType(
            DeleteEventTypeRequest.newBuilder()
                .setNamespace(namespace)
                .setName("order.created")
                .build());
    await().until(() -> refusal(other, "{}") == null);
  }

  @Test
  void eventTypesAreListedByNamePageByPage() {
    for (String name : List.of("c", "a", "b")) {
      put(type(name).setDescription("about " + name).setMode(SCHEMA_MODE_WARN));
    }
    ListEventTypesResponse first = list("");
    assertThat(first.getEventTypesList()).extracting(EventType::getName).containsExactly("a", "b");
    assertThat(first.getEventTypes(0).getJsonSchema()).isEqualTo(SCHEMA);
    assertThat(first.getEventTypes(0).getMode()).isEqualTo(SCHEMA_MODE_WARN);
    assertThat(first.getEventTypes(0).getDescription()).isEqualTo("about a");
    assertThat(first.getEventTypes(0).getUpdatedAt()).isPositive();
    ListEventTypesResponse second = list(first.getNextPageToken());
    assertThat(second.getEventTypesList()).extracting(EventType::getName).containsExactly("c");
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> list("x")).getStatus())
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private ListEventTypesResponse list(String token) {
    return server
        .stub()
        .listEventTypes(
            ListEventTypesRequest.newBuilder()
                .setNamespace(namespace)
                .setPageSize(2)
                .setPageToken(token)
                .build());
  }

  @Test
  void allThatIsWrongWithAnEventTypeIsNamedAtOnce() throws Exception {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                put(
                    EventType.newBuilder()
                        .setName("order.*")
                        .setModeValue(9)
                        .setJsonSchema("{\"type\": 5}")
                        .setDescription("x".repeat(1_025))));
    assertThat(
            ApiServer.details(failure)
                .getDetails(0)
                .unpack(BadRequest.class)
                .getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactlyInAnyOrder(
            "event_type.namespace",
            "event_type.name",
            "event_type.mode",
            "event_type.json_schema",
            "event_type.description");
    assertThat(
            catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> put(type("a").clearJsonSchema().setMode(SCHEMA_MODE_WARN)))
                .getStatus()
                .getDescription())
        .contains("json_schema");
    assertThat(
            catchThrowableOfType(
                    StatusRuntimeException.class,
                    () ->
                        server
                            .stub()
                            .deleteEventType(
                                DeleteEventTypeRequest.newBuilder()
                                    .setNamespace(namespace)
                                    .setName("none")
                                    .build()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }
}
