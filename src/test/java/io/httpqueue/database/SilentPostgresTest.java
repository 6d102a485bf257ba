package io.httpqueue.database;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.httpqueue.harness.TcpProxy;
import io.httpqueue.harness.TcpProxy.Weather;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SilentPostgresTest {

  @Test
  void aPostgresThatAcceptsAConnectionAndSaysNothingIsGivenUp() throws Exception {
    try (TestDatabase database = TestPostgres.emptyDatabase();
        TcpProxy network = database.network()) {
      network.become(Weather.ALL_HELD);
      // Without TLS the first answer that is waited for is that to the name of the user.
      String setting = database.urlThrough(network) + "&sslmode=disable";
      DatabaseUrl url =
          Objects.requireNonNull(DatabaseUrl.from(setting.substring(setting.indexOf('=') + 1)));
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () -> assertThrows(SQLException.class, () -> RemotePostgres.connect(url)));
    }
  }
}
