package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.harness.FreePorts;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Isolated("What is logged is compared.")
@ExtendWith(OutputCaptureExtension.class)
class RemotePostgresTest {

  @Test
  void takesAPostgresThatAnswers() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      DatabaseUrl url = url(database.jdbcUrl());
      assertThat(RemotePostgres.await(url, Duration.ZERO).description()).isEqualTo(url.display());
    }
  }

  @Test
  void waitsForAPostgresThatStartsLate(CapturedOutput output) throws Exception {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      DatabaseUrl real = url(database.jdbcUrl());
      int port = FreePorts.next();
      int realPort = Integer.parseInt(real.display().replaceAll(".*:(\\d+)/.*", "$1"));
      DatabaseUrl late = url(database.jdbcUrl().replace(":" + realPort, ":" + port));
      Thread starter =
          Thread.ofVirtual()
              .start(() -> forwardOnceSaid(output, "Waiting for Postgres", port, realPort));
      assertThat(RemotePostgres.await(late, Duration.ofMinutes(1)).url()).isEqualTo(late);
      starter.interrupt();
    }
  }

  @Test
  void givesUpWithOneLineThatSaysWhatItTried() throws IOException {
    DatabaseUrl url = url("postgres://me:secret@127.0.0.1:%d/app".formatted(FreePorts.next()));
    assertThatThrownBy(() -> RemotePostgres.await(url, Duration.ZERO))
        .isInstanceOf(PostgresStartException.class)
        .hasMessageContaining(url.display())
        .hasMessageContaining("HTTPQUEUE_DATABASE_STARTUP_WAIT")
        .hasMessageContaining("refused")
        .message()
        .hasLineCount(1)
        .doesNotContain("secret");
  }

  @Test
  void saysWhatPostgresSaidOfAMissingDatabase() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      DatabaseUrl missing = url(database.jdbcUrl().replaceAll("/test_\\d+", "/nowhere"));
      assertThatThrownBy(() -> RemotePostgres.await(missing, Duration.ZERO))
          .hasMessageContaining("database \"nowhere\" does not exist");
    }
  }

  private static DatabaseUrl url(String text) {
    return Objects.requireNonNull(DatabaseUrl.from(text));
  }

  /** Stands for the Postgres that starts late: what comes to the port goes to the real one. */
  private static void forwardOnceSaid(CapturedOutput output, String said, int port, int realPort) {
    try {
      await().until(() -> output.getAll().contains(said));
      try (ServerSocket listener = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
        while (true) {
          Socket client = listener.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), realPort);
          Thread.ofVirtual().start(() -> copy(client, server));
          Thread.ofVirtual().start(() -> copy(server, client));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Either side hung up.
    }
  }
}
