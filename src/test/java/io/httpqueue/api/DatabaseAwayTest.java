package io.httpqueue.api;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest {

  private static final PushEventRequest PUSH =
      PushEventRequest.newBuilder().setNamespace("n").setEvent("e").setPayload("1").build();
  private static final ListWebhooksRequest LIST =
      ListWebhooksRequest.newBuilder().setNamespace("n").build();

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer("httpqueue.database.connection-timeout=1s");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void callsAreUnavailableAndHealthSaysSoUntilPostgresIsBack() throws Exception {
    awaitHealth(SERVING);
    String database = server.jdbc().sql("SELECT current_database()").query(String.class).single();
    String elsewhere = server.database().jdbcUrl().replace('/' + database, "/postgres");
    try (Connection connection = DriverManager.getConnection(elsewhere);
        Statement postgres = connection.createStatement()) {
      // As in a shutdown: sessions end, and no new one is let in.
      postgres.execute("ALTER DATABASE " + database + " ALLOW_CONNECTIONS false");
      postgres.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
              .formatted(database));

      assertUnavailable(() -> server.stub().pushEvent(PUSH));
      assertUnavailable(() -> server.stub().listWebhooks(LIST));
      awaitHealth(NOT_SERVING);

      postgres.execute("ALTER DATABASE " + database + " ALLOW_CONNECTIONS true");
    }
    awaitHealth(SERVING);
    assertThat(server.stub().pushEvent(PUSH).getSuccess()).isTrue();
    assertThat(server.stub().listWebhooks(LIST).getSuccess()).isTrue();
  }

  private static void assertUnavailable(Runnable call) throws Exception {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("the database does not answer; try again");
    assertThat(ServerErrorsTest.retryDelaySeconds(failure)).isOne();
  }

  private static void awaitHealth(ServingStatus status) {
    for (String service : List.of("", "httpqueue.v1.WebhookService", "webhook.WebhookService")) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  HealthGrpc.newBlockingStub(server.channel()).check(request).getStatus()
                      == status);
    }
  }
}
