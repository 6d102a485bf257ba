package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LostAnswerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(20);

  private static PushEventRequest event(String key) {
    return PushEventRequest.newBuilder()
        .setNamespace("shop")
        .setEvent("order.created")
        .setPayload("{}")
        .setIdempotencyKey(key)
        .build();
  }

  @Test
  @Timeout(180)
  void aPushWhoseCommitWasNotHeardOfIsSettledByPushingItAgain() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      try (TcpProxy network = database.network();
          TestServer server =
              TestServer.start(
                  database,
                  database.urlThrough(network),
                  "httpqueue.database.connection-timeout=5s")) {
        String key = pushUnheard(network, server, database);
        long stored = stored(database);

        network.become(Weather.FINE);
        assertThat(pushUntilAnswered(server, key).getDuplicate()).isTrue();
        assertThat(stored(database)).isEqualTo(stored);
      }
    }
  }

  /**
   * Has an event stored without an answer, and returns its key. A connection that has rested for a
   * moment is asked for a sign of life first, which does not come, and an answer on its way may
   * still arrive: then it is tried once more.
   */
  private static String pushUnheard(TcpProxy network, TestServer server, TestDatabase database)
      throws Exception {
    for (int attempt = 1; ; attempt++) {
      network.become(Weather.FINE);
      pushUntilAnswered(server, "heard-" + attempt);
      long before = stored(database);
      String key = "unheard-" + attempt;
      network.become(Weather.ANSWERS_HELD);
      CompletableFuture<@Nullable StatusRuntimeException> failure =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowableOfType(
                      StatusRuntimeException.class, () -> server.client().pushEvent(event(key))));
      boolean isStored = Await.until(PATIENCE, POLL, () -> stored(database) == before + 1);
      network.become(Weather.CUT);
      StatusRuntimeException failed = failure.get();
      if (isStored && failed != null) {
        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        return key;
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
