package io.httpqueue.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.delivery.DeliveryLanes;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One server that only accepts, and one that only delivers. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolesOfServersTest {

  /** Nothing looks for work by itself within a minute: who delivers was told. */
  private static final String[] ONLY_IF_TOLD = {
    "jobrunr.background-job-server.poll-interval-in-seconds=300",
    "httpqueue.queue.sweep-interval=5m"
  };

  private static TestDatabase database;
  private static TestServer accepting;
  private static TestServer delivering;
  private static ScriptedReceiver receiver;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    receiver = ScriptedReceiver.start();
    accepting = TestServer.start(database, "httpqueue.roles=api");
    delivering = startWorker(ONLY_IF_TOLD);
    accepting
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("roles")
                .addEvents("*")
                .setUrl(receiver.url("/roles").toString())
                .build());
  }

  @AfterAll
  static void stop() {
    delivering.close();
    accepting.close();
    receiver.close();
    database.close();
  }

  private static TestServer startWorker(String... settings) {
    TestServer worker =
        TestServer.start(
            database,
            Stream.concat(Stream.of("httpqueue.roles=worker"), Stream.of(settings))
                .toArray(String[]::new));
    awaitServing(worker);
    return worker;
  }

  private static void awaitServing(TestServer server) {
    HealthBlockingStub health = HealthGrpc.newBlockingStub(server.channel());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                health.check(HealthCheckRequest.getDefaultInstance()).getStatus()
                    == ServingStatus.SERVING);
  }

  private static String push() {
    return accepting
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace("roles")
                .setEvent("e")
                .setPayload("{}")
                .build())
        .getEventId();
  }

  private static void awaitReceived(String event) {
    await()
        .until(
            () ->
                receiver.requestsTo("/roles").stream()
                    .anyMatch(request -> event.equals(request.header("webhook-id"))));
  }

  @Test
  void whatOneAcceptsTheOtherDeliversAtOnce() {
    awaitServing(accepting);
    // Long enough apart for lane and fan-out to have ended: each push must wake both.
    for (int i = 0; i < 3; i++) {
      awaitReceived(push());
      await().until(() -> delivering.part(DeliveryLanes.class).active() == 0);
    }
    assertThat(accepting.part(DeliveryLanes.class).active()).isZero();
  }

  @Test
  void aServerThatOnlyDeliversAnswersForItsHealthAlone() {
    assertThatThrownBy(
            () -> delivering.client().listWebhooks(ListWebhooksRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    assertThatThrownBy(
            () ->
                HealthGrpc.newBlockingStub(delivering.channel())
                    .check(
                        HealthCheckRequest.newBuilder()
                            .setService("httpqueue.v1.WebhookService")
                            .build()))
        .hasMessageContaining("NOT_FOUND");
  }

  /** Last: it puts another worker in the place of the one that has to be told. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aServerThatOnlyAcceptsRunsNoJobsAndIsServingWithoutAWorker() {
    delivering.close();
    String event = push();
    assertThat(
            database
                .jdbc()
                .sql("SELECT count(*) FROM jobrunr_backgroundjobservers")
                .query(Integer.class)
                .single())
        .isZero();
    awaitServing(accepting);
    assertThat(receiver.requestsTo("/roles"))
        .noneMatch(request -> event.equals(request.header("webhook-id")));
    delivering = startWorker();
    awaitReceived(event);
  }
}
