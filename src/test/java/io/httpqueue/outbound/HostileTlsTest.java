package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.post;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.HostileReceiver;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that are to speak TLS, and do not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileTlsTest {

  private final HttpSender sender = LOCAL.start();

  @AfterEach
  void stop() {
    sender.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHandshakeThatStallsEndsAtTheDeadline(boolean reads) {
    try (HostileReceiver receiver =
        HostileReceiver.start(
            (connection, self) -> {
              if (reads) {
                self.awaitEnd(connection);
              } else {
                self.hold();
              }
            })) {

      SendResult result = sender.send(post(receiver.url("https"), Duration.ofMillis(400)));

      assertThat(failure(result).failure()).isEqualTo(FailureClass.TIMEOUT);
      assertThat(failure(result).message())
          .isEqualTo("no TLS handshake with 127.0.0.1:" + receiver.port() + " within 400 ms");
      await().until(() -> receiver.openConnections() == (reads ? 0 : 1));
    }
  }

  @Test
  void aReceiverThatDoesNotSpeakTlsIsATlsFailure() {
    try (HostileReceiver receiver =
        HostileReceiver.start(
            (connection, self) -> {
              connection
                  .getOutputStream()
                  .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
              self.awaitEnd(connection);
            })) {

      SendResult result = sender.send(post(receiver.url("https")));

      assertThat(failure(result).failure()).isEqualTo(FailureClass.TLS);
    }
  }

  private static NotAnswered failure(SendResult result) {
    return (NotAnswered) result;
  }
}
