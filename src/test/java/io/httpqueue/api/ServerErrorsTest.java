package io.httpqueue.api;

import static io.httpqueue.api.ApiServer.details;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerErrorsTest {

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer("httpqueue.intake.queue-events=1", "httpqueue.api.max-message-size=2MB");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMessageBeyondTheLimitIsResourceExhausted() {
    PushEventRequest request = push("\"" + "x".repeat(2 * 1024 * 1024) + "\"");

    assertThat(codeOf(() -> server.stub().pushEvent(request)))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(server.stub().pushEvent(push("1")).getSuccess()).isTrue();
  }

  @Test
  void bytesThatAreNotUtf8AreAnInvalidArgument() {
    byte[] namespace = {0x0A, 0x02, (byte) 0xC3, 0x28};

    for (String service : List.of("httpqueue.v1.WebhookService", "webhook.WebhookService")) {
      StatusRuntimeException failure =
          failure(() -> server.call(service + "/PushEvent", namespace));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).contains("UTF-8");
    }
  }

  @Test
  void bytesThatAreNotTheMessageAreAnInvalidArgument() {
    byte[] garbage = "not protobuf at all".getBytes(StandardCharsets.UTF_8);

    assertThat(codeOf(() -> server.call("httpqueue.v1.WebhookService/RegisterWebhook", garbage)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void whatIsUnexpectedIsInternalUnderAnIdAndNothingElse() {
    server.jdbc().sql("ALTER TABLE webhook RENAME TO webhook_away").update();
    try {
      StatusRuntimeException failure =
          failure(
              () ->
                  server
                      .stub()
                      .listWebhooks(ListWebhooksRequest.newBuilder().setNamespace("n").build()));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(failure.getStatus().getDescription())
          .matches("internal error [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
      assertThat(details(failure).getDetailsList()).isEmpty();
    } finally {
      server.jdbc().sql("ALTER TABLE webhook_away RENAME TO webhook").update();
    }
  }

  @Test
  void aFullQueueIsResourceExhaustedWithATimeToRetry() throws Exception {
    List<Future<PushEventResponse>> answers = new ArrayList<>();
    try (Connection connection = server.database().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event");
      WebhookServiceGrpc.WebhookServiceFutureStub stub =
          WebhookServiceGrpc.newFutureStub(server.channel())
              .withDeadlineAfter(30, TimeUnit.SECONDS);
      // One may be in the writer's hands, and one in the queue.
      for (int i = 0; i < 3; i++) {
        answers.add(stub.pushEvent(push("1")));
      }
      StatusRuntimeException refused = firstFailure(answers);
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(retryDelaySeconds(refused)).isOne();
      connection.rollback();
    }
    long accepted = answers.stream().filter(answer -> succeeded(answer)).count();
    assertThat(accepted).isBetween(1L, 2L);
  }

  private static StatusRuntimeException firstFailure(List<Future<PushEventResponse>> answers) {
    Future<PushEventResponse> failed =
        await()
            .until(
                () ->
                    answers.stream()
                        .filter(answer -> answer.state() == Future.State.FAILED)
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    return (StatusRuntimeException) failed.exceptionNow();
  }

  private static boolean succeeded(Future<PushEventResponse> answer) {
    try {
      return answer.get(30, TimeUnit.SECONDS).getSuccess();
    } catch (ExecutionException e) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static long retryDelaySeconds(StatusRuntimeException failure)
      throws InvalidProtocolBufferException {
    return details(failure).getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds();
  }

  private static PushEventRequest push(String payload) {
    return PushEventRequest.newBuilder()
        .setNamespace("errors")
        .setEvent("e")
        .setPayload(payload)
        .build();
  }

  private static Status.Code codeOf(Runnable call) {
    return failure(call).getStatus().getCode();
  }

  private static StatusRuntimeException failure(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }
}
