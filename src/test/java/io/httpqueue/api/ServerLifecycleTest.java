package io.httpqueue.api;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import org.junit.jupiter.api.Test;

class ServerLifecycleTest {

  @Test
  void runningCallsFinishAndHealthTurnsWhenTheServerIsToldToStop() throws Exception {
    try (ApiServer server = new ApiServer("httpqueue.api.shutdown-grace=60s")) {
      Recorded<HealthCheckResponse> health = new Recorded<>();
      HealthGrpc.newStub(server.channel()).watch(HealthCheckRequest.getDefaultInstance(), health);
      await().until(() -> statuses(health).contains(SERVING));

      CompletableFuture<Void> stopped;
      ListenableFuture<PushEventResponse> push;
      try (Connection connection = server.database().dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("LOCK TABLE event");
        push = push(server);
        server.database().awaitBlocked("event");
        stopped = CompletableFuture.runAsync(server.server()::close);
        await().until(() -> statuses(health).getLast() == NOT_SERVING);
        connection.rollback();
      }

      assertThat(push.get(30, TimeUnit.SECONDS).getSuccess()).isTrue();
      // The watch is a running call, too.
      server.channel().shutdownNow();
      stopped.get(60, TimeUnit.SECONDS);
      assertThat(statuses(health)).endsWith(SERVING, NOT_SERVING);
    }
  }

  @Test
  void callsThatOutlastTheGraceAreBrokenOff() throws Exception {
    try (ApiServer server = new ApiServer("httpqueue.api.shutdown-grace=0s");
        Connection connection = server.database().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event");
      ListenableFuture<PushEventResponse> push = push(server);
      server.database().awaitBlocked("event");
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server.server()::close);

      assertThatThrownBy(() -> push.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);

      connection.rollback();
      stopped.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void reflectionNamesTheServicesInBothOfItsVersions() {
    try (ApiServer server = new ApiServer()) {
      Recorded<ServerReflectionResponse> v1 = new Recorded<>();
      StreamObserver<ServerReflectionRequest> asked =
          ServerReflectionGrpc.newStub(server.channel()).serverReflectionInfo(v1);
      asked.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      asked.onCompleted();

      await().until(() -> !v1.seen().isEmpty());
      assertThat(v1.seen().getFirst().getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .contains(
              "httpqueue.v1.WebhookService",
              "webhook.WebhookService",
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "grpc.reflection.v1alpha.ServerReflection");
    }
  }

  @Test
  void settingsOfConnectionsReachTheServer() {
    try (ApiServer server =
        new ApiServer(
            "httpqueue.api.keep-alive-time=11s",
            "httpqueue.api.min-client-keep-alive-time=3s",
            "httpqueue.api.max-message-size=5MB")) {
      GrpcServerProperties properties = server.server().part(GrpcServerProperties.class);
      assertThat(properties.isEnableKeepAlive()).isTrue();
      assertThat(properties.getKeepAliveTime()).isEqualTo(Duration.ofSeconds(11));
      assertThat(properties.getPermitKeepAliveTime()).isEqualTo(Duration.ofSeconds(3));
      assertThat(properties.getMaxInboundMessageSize().toMegabytes()).isEqualTo(5);
    }
  }

  private static ListenableFuture<PushEventResponse> push(ApiServer server) {
    return WebhookServiceGrpc.newFutureStub(server.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .pushEvent(
            PushEventRequest.newBuilder().setNamespace("n").setEvent("e").setPayload("1").build());
  }

  private static List<ServingStatus> statuses(Recorded<HealthCheckResponse> health) {
    return health.seen().stream().map(HealthCheckResponse::getStatus).toList();
  }

  /** Keeps what comes. */
  private static final class Recorded<T> implements StreamObserver<T> {

    private final List<T> values = new CopyOnWriteArrayList<>();

    List<T> seen() {
      return values;
    }

    @Override
    public void onNext(T value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
