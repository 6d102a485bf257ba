package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.HostileReceiver;
import io.httpqueue.testing.HostileReceiver.Conversation;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each of these attempts ends by itself, as an ordinary failed attempt or by the status that came,
 * within its timeout and a fixed amount of memory.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileReceiverTest {

  private static final Duration SHORT = Duration.ofMillis(400);
  // The receivers here send without end; 64 KiB in chunks of a few bytes are parsed by small
  // objects.
  private static final long MOST_MEMORY = 4 << 20;
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private final HttpSender sender = LOCAL.start();

  @AfterEach
  void stop() {
    sender.close();
  }

  @ParameterizedTest
  @EnumSource
  void eachEndsAsItShould(Hostility hostility) {
    boolean late = hostility.outcome().equals("TIMEOUT");
    try (HostileReceiver receiver = hostility.start()) {
      SendResult result = send(receiver, new byte[100], late ? SHORT : LONG);

      assertThat(outcome(result)).isEqualTo(hostility.outcome());
      if (late) {
        assertThat(message(result))
            .isIn("no answer within 400 ms", "no whole answer within 400 ms");
        assertThat(result.duration()).isGreaterThanOrEqualTo(SHORT);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DRIPPING_HEAD, no answer within 400 ms",
    "DRIPPING_BODY, no whole answer within 400 ms",
    "MANY_LONG_HEADERS, the answer's head is too large",
    "LONG_TRAILERS, the answer's chunks or trailers are too large",
    "RESET, the connection was broken off without an answer"
  })
  void theMessageSaysWhatHappened(Hostility hostility, String message) {
    try (HostileReceiver receiver = hostility.start()) {
      assertThat(message(send(receiver, new byte[100], SHORT))).isEqualTo(message);
    }
  }

  @Test
  void anEndlessBodyIsCutOff() {
    AtomicLong sent = new AtomicLong();
    SendResult result =
        send(
            afterRequest(
                (connection, self) -> {
                  connection.setSendBufferSize(16 * 1024);
                  write(connection, OK + "\r\n");
                  endless(connection, "x".repeat(1_024), sent);
                }),
            LONG);

    assertThat(((Answered) result).status()).isEqualTo(200);
    assertThat(((Answered) result).bodyExcerpt()).isEqualTo("x".repeat(4_096));
    // 64 KiB are read; the rest is what sockets hold.
    assertThat(sent.get()).isLessThan(20_000_000);
  }

  @Test
  void chunksOfAByteBehindLongExtensionsAreNotReadForEver() {
    AtomicLong sent = new AtomicLong();
    SendResult result =
        send(
            afterRequest(
                (connection, self) -> {
                  connection.setSendBufferSize(16 * 1024);
                  write(connection, OK + "Transfer-Encoding: chunked\r\n\r\n");
                  endless(connection, "1;" + "e".repeat(8_000) + "\r\na\r\n", sent);
                }),
            LONG);

    assertThat(failure(result)).isEqualTo(FailureClass.PROTOCOL);
    assertThat(message(result)).isEqualTo("the answer's chunks or trailers are too large");
    assertThat(sent.get()).isLessThan(20_000_000);
  }

  @Test
  void aBodyInChunksOfAByteIsReadLikeAnyOther() {
    SendResult result =
        send(
            answering(
                OK
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "1\r\na\r\n".repeat(65_000)
                    + "0\r\n\r\n"),
            LONG);

    assertThat(((Answered) result).bodyExcerpt()).isEqualTo("a".repeat(4_096));
  }

  @Test
  void aShortTrailerIsRead() {
    SendResult result =
        send(
            answering(OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\na: b\r\n\r\n"),
            LONG);

    assertThat(((Answered) result).bodyExcerpt()).isEqualTo("abc");
  }

  @ParameterizedTest
  @CsvSource({"63000, true", "66000, false"})
  void aHeadOfManyLongHeadersIsReadUpTo64Kibibytes(int size, boolean read) {
    String line = "name: " + "v".repeat(1_000 - 8) + "\r\n";

    SendResult result =
        send(answering(OK + line.repeat(size / 1_000) + "Content-Length: 0\r\n\r\n"), LONG);

    if (read) {
      assertThat(((Answered) result).status()).isEqualTo(200);
    } else {
      assertThat(failure(result)).isEqualTo(FailureClass.RESPONSE_TOO_LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n\r\n",
        "220 mail.example ESMTP\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "<html></html>",
        "\u0000\u0001\u0002\u0003",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99 OK\r\n\r\n",
        "HTTP/1.1 1000 OK\r\n\r\n",
        "HTTP/1.1 99999999999 OK\r\n\r\n",
        "HTTP/1.1 -200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/3 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\nabc"
      })
  void garbageIsNotHttp(String garbage) {
    SendResult result = send(afterRequest((connection, self) -> write(connection, garbage)), LONG);

    assertThat(failure(result)).isEqualTo(FailureClass.PROTOCOL);
    // Nothing that a receiver sent is in a message.
    assertThat(message(result)).doesNotContain("many").doesNotContain("mail.example");
  }

  @Test
  void aConnectionThatIsClosedAtOnceIsAFailure() {
    SendResult result = send((connection, self) -> {}, LONG);

    assertThat(failure(result)).isEqualTo(FailureClass.PROTOCOL);
  }

  @Test
  void aConnectionThatIsClosedAfterTheRequestIsAFailure() {
    SendResult result = send(afterRequest((connection, self) -> {}), LONG);

    assertThat(failure(result)).isEqualTo(FailureClass.PROTOCOL);
    assertThat(message(result)).isEqualTo("the connection was closed without an answer");
  }

  @Test
  void aConnectionThatIsResetWithinTheBodyIsAFailure() {
    SendResult result =
        send(
            afterRequest(
                (connection, self) -> {
                  write(connection, OK + "Content-Length: 1000\r\n\r\nabc");
                  connection.setSoLinger(true, 0);
                }),
            LONG);

    assertThat(failure(result)).isEqualTo(FailureClass.PROTOCOL);
  }

  @Test
  void anAnswerBeforeTheRequestIsReadCounts() {
    byte[] large = new byte[8 << 20];
    SendResult result =
        send(
            (connection, self) -> {
              connection.setReceiveBufferSize(16 * 1024);
              self.readHead(connection);
              write(connection, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
              connection.shutdownOutput();
              self.awaitEnd(connection);
            },
            large,
            LONG);

    assertThat(((Answered) result).status()).isEqualTo(413);
    assertThat(((Answered) result).bodyExcerpt()).isEqualTo("no");
  }

  @Test
  void aReceiverThatDoesNotReadEndsAtTheDeadline() {
    SendResult result =
        send(
            (connection, self) -> {
              connection.setReceiveBufferSize(16 * 1024);
              self.hold();
            },
            new byte[32 << 20],
            SHORT);

    assertTimeout(result, "no answer within 400 ms");
  }

  private SendResult send(Conversation conversation, Duration timeout) {
    return send(conversation, new byte[100], timeout);
  }

  // On the test's own thread, whose allocations can be counted.
  private SendResult send(Conversation conversation, byte[] body, Duration timeout) {
    try (HostileReceiver receiver = HostileReceiver.start(conversation)) {
      return send(receiver, body, timeout);
    }
  }

  private SendResult send(HostileReceiver receiver, byte[] body, Duration timeout) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OutboundRequest request = new OutboundRequest(receiver.url(), Map.of(), body, timeout);
    long before = threads.getCurrentThreadAllocatedBytes();
    SendResult result = sender.send(request);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_MEMORY);
    return result;
  }

  private static String outcome(SendResult result) {
    return switch (result) {
      case Answered answer -> Integer.toString(answer.status());
      case NotAnswered none -> none.failure().toString();
    };
  }

  private static Conversation answering(String text) {
    return afterRequest(
        (connection, self) -> {
          write(connection, text);
          self.awaitEnd(connection);
        });
  }

  private static Conversation afterRequest(Conversation rest) {
    return (connection, self) -> {
      self.readRequest(connection);
      rest.with(connection, self);
    };
  }

  private static void endless(Socket connection, String text, AtomicLong sent) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    OutputStream out = connection.getOutputStream();
    while (true) {
      out.write(bytes);
      sent.addAndGet(bytes.length);
    }
  }

  private static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static FailureClass failure(SendResult result) {
    return ((NotAnswered) result).failure();
  }

  private static String message(SendResult result) {
    return ((NotAnswered) result).message();
  }

  private static void assertTimeout(SendResult result, String message) {
    assertThat(failure(result)).isEqualTo(FailureClass.TIMEOUT);
    assertThat(message(result)).isEqualTo(message);
    assertThat(result.duration()).isGreaterThanOrEqualTo(SHORT);
  }
}
