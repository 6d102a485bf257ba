package io.httpqueue.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.httpqueue.testing.HostileReceiver;
import io.httpqueue.testing.HostileReceiver.Conversation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** What a receiver does to a sender, and what the attempt has to come to. */
enum Hostility {
  ENDLESS_BODY("200", thenEndless(head(""), "x".repeat(1_024))),
  ENDLESS_CHUNKS("200", thenEndless(chunked(""), "3\r\nabc\r\n")),
  CHUNKS_OF_A_BYTE_BEHIND_LONG_EXTENSIONS(
      "PROTOCOL", thenEndless(chunked(""), "1;" + "e".repeat(8_000) + "\r\na\r\n")),
  ENDLESS_CHUNK_HEAD("PROTOCOL", thenEndless(chunked("3;"), "e".repeat(4_096))),
  ENDLESS_TRAILER("PROTOCOL", thenEndless(chunked("0\r\n"), "a: b\r\n")),
  LONG_TRAILERS("PROTOCOL", thenEndless(chunked("0\r\n"), "a: " + "b".repeat(16_000) + "\r\n")),
  DRIPPING_BODY("TIMEOUT", dripping(head(""), "x".repeat(10_000))),
  DRIPPING_HEAD("TIMEOUT", dripping("HTTP/1.1 200 OK\r\n", "x: " + "y".repeat(10_000))),
  DRIPPING_TRAILER("TIMEOUT", dripping(chunked("0\r\n"), "a: " + "b".repeat(10_000))),
  GZIP_BOMB("200", answering(bomb())),
  TEN_THOUSAND_HEADERS(
      "RESPONSE_TOO_LARGE", answering(head("name: value\r\n".repeat(10_000)).getBytes(ISO_8859_1))),
  HEADER_LINE_OF_MEGABYTES(
      "RESPONSE_TOO_LARGE", thenEndless("HTTP/1.1 200 OK\r\nname: ", "v".repeat(4_096))),
  MANY_LONG_HEADERS(
      "RESPONSE_TOO_LARGE",
      thenEndless("HTTP/1.1 200 OK\r\n", "name: " + "v".repeat(16_000) + "\r\n")),
  FOLDED_HEADER(
      "RESPONSE_TOO_LARGE",
      thenEndless("HTTP/1.1 200 OK\r\nname: v\r\n", " " + "v".repeat(999) + "\r\n")),
  STATUS_LINE_OF_MEGABYTES("RESPONSE_TOO_LARGE", thenEndless("HTTP/1.1 200 ", "v".repeat(4_096))),
  ENDLESS_INTERIM_ANSWERS("PROTOCOL", thenEndless("", "HTTP/1.1 103 Early Hints\r\na: b\r\n\r\n")),
  HALF_CLOSED(
      "PROTOCOL",
      (connection, self) -> {
        connection.shutdownOutput();
        self.awaitEnd(connection);
      }),
  ANSWER_BEFORE_THE_REQUEST(
      "413",
      (connection, self) -> {
        write(connection, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        connection.shutdownOutput();
        self.awaitEnd(connection);
      }),
  GARBAGE("PROTOCOL", answering("SSH-2.0-OpenSSH_9.9\r\n".getBytes(ISO_8859_1))),
  ENDLESS_GARBAGE("PROTOCOL", thenEndless("", "<html>\n")),
  ENDLESS_EMPTY_LINES("RESPONSE_TOO_LARGE", thenEndless("", "\r\n")),
  RESET("PROTOCOL", afterRequest((connection, self) -> connection.setSoLinger(true, 0))),
  SILENCE("TIMEOUT", (connection, self) -> self.hold());

  private final String outcome;

  @SuppressWarnings("ImmutableEnumChecker") // Each is a lambda that keeps nothing of its own.
  private final Conversation conversation;

  Hostility(String outcome, Conversation conversation) {
    this.outcome = outcome;
    this.conversation = conversation;
  }

  /** The status of the answer, or the class of the failure. */
  String outcome() {
    return outcome;
  }

  HostileReceiver start() {
    return HostileReceiver.start(conversation);
  }

  private static String head(String headers) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n";
  }

  private static String chunked(String start) {
    return head("Transfer-Encoding: chunked\r\n") + start;
  }

  private static byte[] bomb() {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int megabyte = 0; megabyte < 60; megabyte++) {
        gzip.write(new byte[1 << 20]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    String headers = "Content-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n";
    answer.writeBytes(head(headers).getBytes(ISO_8859_1));
    answer.writeBytes(packed.toByteArray());
    return answer.toByteArray();
  }

  private static Conversation afterRequest(Conversation rest) {
    return (connection, self) -> {
      self.readRequest(connection);
      rest.with(connection, self);
    };
  }

  private static Conversation answering(byte[] answer) {
    return afterRequest(
        (connection, self) -> {
          connection.getOutputStream().write(answer);
          self.awaitEnd(connection);
        });
  }

  private static Conversation thenEndless(String start, String repeated) {
    byte[] bytes = repeated.repeat(Math.max(1, 4_096 / repeated.length())).getBytes(ISO_8859_1);
    return afterRequest(
        (connection, self) -> {
          write(connection, start);
          while (true) {
            connection.getOutputStream().write(bytes);
          }
        });
  }

  private static Conversation dripping(String start, String rest) {
    return afterRequest(
        (connection, self) -> {
          write(connection, start);
          for (int i = 0; i < rest.length(); i++) {
            write(connection, rest.substring(i, i + 1));
            TimeUnit.MILLISECONDS.sleep(20);
          }
        });
  }

  private static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(ISO_8859_1));
  }
}
