package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.post;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.testing.HostileReceiver;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections between two requests. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdleConnectionTest {

  private static final IssuedCertificate SERVER =
      IssuedCertificate.selfSigned(Wish.of("receiver").withNames("ip:127.0.0.1"));
  // What was used a moment ago is not tested.
  private static final Duration UNTIL_TESTED = Duration.ofMillis(50);
  private static final String ANSWER = "HTTP/1.1 204 No Content\r\n\r\n";

  @TempDir private Path directory;

  private final AtomicInteger connections = new AtomicInteger();
  private HttpSender sender;

  @BeforeEach
  void start() throws IOException {
    sender =
        LOCAL.trusting(Files.writeString(directory.resolve("ca.pem"), SERVER.chainPem())).start();
  }

  @AfterEach
  void stop() {
    sender.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void isUsedAgain(String scheme) {
    try (HostileReceiver receiver =
        HostileReceiver.start(
            (connection, self) -> {
              Socket open = open(connection, scheme);
              self.readRequest(open);
              write(open, ANSWER);
              self.readRequest(open);
              write(open, ANSWER);
              self.awaitEnd(open);
            })) {

      assertAnswered(receiver, scheme);
      await().pollDelay(UNTIL_TESTED).until(() -> receiver.openConnections() == 1);
      assertAnswered(receiver, scheme);

      assertThat(connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void isNotUsedOnceTheReceiverHasClosedIt(String scheme) {
    try (HostileReceiver receiver =
        HostileReceiver.start(
            (connection, self) -> {
              try (Socket open = open(connection, scheme)) {
                self.readRequest(open);
                write(open, ANSWER);
              }
            })) {

      assertAnswered(receiver, scheme);
      await().pollDelay(UNTIL_TESTED).until(() -> receiver.openConnections() == 0);
      assertAnswered(receiver, scheme);

      assertThat(connections).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void isNotUsedOnceSomethingCameThatNobodyAskedFor(String scheme) {
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch said = new CountDownLatch(1);
    try (HostileReceiver receiver =
        HostileReceiver.start(
            (connection, self) -> {
              Socket open = open(connection, scheme);
              self.readRequest(open);
              write(open, ANSWER);
              answered.await();
              write(open, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
              open.close();
              said.countDown();
            })) {

      assertAnswered(receiver, scheme);
      answered.countDown();
      await().pollDelay(UNTIL_TESTED).until(() -> said.getCount() == 0);
      assertAnswered(receiver, scheme);

      assertThat(connections).hasValue(2);
    }
  }

  private void assertAnswered(HostileReceiver receiver, String scheme) {
    SendResult result = sender.send(post(receiver.url(scheme)));
    assertThat(result).isInstanceOf(Answered.class);
    assertThat(((Answered) result).status()).isEqualTo(204);
  }

  private Socket open(Socket connection, String scheme) throws IOException {
    connections.incrementAndGet();
    // A close returns when all that was said, and the end, is in the sender's hands.
    connection.setSoLinger(true, 30);
    if (scheme.equals("http")) {
      return connection;
    }
    SSLSocket tls =
        (SSLSocket)
            SERVER.server(SERVER).getSocketFactory().createSocket(connection, null, 0, true);
    tls.setUseClientMode(false);
    return tls;
  }

  private static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(US_ASCII));
  }
}
