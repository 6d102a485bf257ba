package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LostAnswerTest {

  private static final Pattern ADDRESS = Pattern.compile("//[^/:]+:(\\d+)/");

  private static PushEventRequest event(String key) {
    return PushEventRequest.newBuilder()
        .setNamespace("shop")
        .setEvent("order.created")
        .setPayload("{}")
        .setIdempotencyKey(key)
        .build();
  }

  @Test
  void aPushWhoseCommitWasNotHeardOfIsSettledByPushingItAgain() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      Matcher address = ADDRESS.matcher(database.jdbcUrl());
      assertThat(address.find()).isTrue();
      try (TcpProxy network = new TcpProxy(Integer.parseInt(address.group(1)));
          TestServer server =
              TestServer.start(
                  database,
                  "httpqueue.database.url="
                      + address.replaceFirst("//127.0.0.1:" + network.port() + "/"),
                  "httpqueue.database.connection-timeout=1s")) {
        assertThat(server.client().pushEvent(event("first")).getDuplicate()).isFalse();

        network.become(Weather.ANSWERS_HELD);
        CompletableFuture<StatusRuntimeException> failure =
            CompletableFuture.supplyAsync(
                () ->
                    catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> server.client().pushEvent(event("second"))));
        await().until(() -> stored(database) == 2);
        network.become(Weather.CUT);
        assertThat(failure.get().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        network.become(Weather.FINE);
        PushEventResponse again = pushUntilAnswered(server, "second");
        assertThat(again.getDuplicate()).isTrue();
        assertThat(stored(database)).isEqualTo(2);
      }
    }
  }

  private static PushEventResponse pushUntilAnswered(TestServer server, String key) {
    return await()
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .atMost(Duration.ofSeconds(30))
        .until(() -> server.client().pushEvent(event(key)), answer -> true);
  }

  private static long stored(TestDatabase database) {
    return database.jdbc().sql("SELECT count(*) FROM event").query(Long.class).single();
  }
}
