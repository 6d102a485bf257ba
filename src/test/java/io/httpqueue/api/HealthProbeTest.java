package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.protobuf.services.HealthStatusManager;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthProbeTest {

  @Test
  void tellsAServerThatServesFromOneThatDoesNotAndFromNone() throws InterruptedException {
    int port = TestServer.freePort();
    HealthProbe probe = HealthProbe.of(Map.of("GRPC_PORT", Integer.toString(port)));
    assertThat(probe.problem()).get().asString().contains("refused");
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database, "httpqueue.api.port=" + port)) {
      assertThat(probe.problemAfter(Duration.ofSeconds(30))).isEmpty();
      assertThat(probe.problem()).isEmpty();
      server.part(HealthStatusManager.class).enterTerminalState();
      assertThat(probe.problem()).contains("NOT_SERVING");
    }
  }
}
