package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.LONG;
import static io.httpqueue.outbound.Senders.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.HostileReceiver;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("Sets properties of the JVM.")
class HttpSenderTest {

  private final ScriptedReceiver receiver = ScriptedReceiver.start();
  private final HttpSender sender = LOCAL.start();

  @AfterEach
  void stop() {
    sender.close();
    receiver.close();
  }

  @Test
  void sendsTheGivenHeadersInTheirOrderAndAddsNoneOfItsOwn() {
    try (HostileReceiver raw =
        HostileReceiver.answering("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("X-One", "1");
      headers.put("Content-Type", "application/json");
      headers.put("a-empty", "");
      URI url = URI.create(raw.url() + "a//b?c=d&e");

      SendResult result =
          sender.send(
              new OutboundRequest(url, headers, "{}".getBytes(StandardCharsets.UTF_8), LONG));

      assertThat(result).isInstanceOf(Answered.class);
      assertThat(raw.heads())
          .containsExactly(
              """
              POST /a//b?c=d&e HTTP/1.1
              Host: 127.0.0.1:%d
              X-One: 1
              Content-Type: application/json
              a-empty:\s
              Content-Length: 2

              """
                  .formatted(raw.port())
                  .replace("\n", "\r\n"));
    }
  }

  @Test
  void sendsTheBodyByteForByte() {
    byte[] body = new byte[(1 << 20) + 1];
    new Random(7).nextBytes(body);

    SendResult result = sender.send(new OutboundRequest(receiver.url("/"), Map.of(), body, LONG));

    assertThat(result).isInstanceOf(Answered.class);
    assertThat(receiver.requests().getFirst().body()).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource({
    "'',/",
    "/,/",
    "?a=b,/?a=b",
    "/%2e/%2F,/%2e/%2F",
    "//x/../y,//x/../y",
    "/ü?ö=1,/%C3%BC?%C3%B6=1"
  })
  void asksForThePathOfTheUrl(String given, String asked) {
    sender.send(post(receiver.url(given)));

    assertThat(receiver.requests()).extracting(ReceivedRequest::target).containsExactly(asked);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 301, 302, 304, 307, 308, 400, 401, 407, 410, 421, 425, 500, 503})
  void reportsEveryAnswerAndAsksOnlyOnce(int status) {
    receiver.answer(
        "/",
        Answer.status(status)
            .withHeader("Location", "/elsewhere")
            .withHeader("WWW-Authenticate", "Basic realm=\"x\"")
            .withHeader("Proxy-Authenticate", "Basic realm=\"x\"")
            .withHeader("Retry-After", "0"));

    SendResult result = sender.send(post(receiver.url("/")));

    assertThat(((Answered) result).status()).isEqualTo(status);
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void doesNotRepeatARequestWhoseConnectionBroke() {
    receiver.answer("/", Answer.status(200), Answer.breakConnection(), Answer.status(200));

    sender.send(post(receiver.url("/")));
    SendResult result = sender.send(post(receiver.url("/")));

    assertThat(result).isInstanceOf(NotAnswered.class);
    assertThat(((NotAnswered) result).failure()).isEqualTo(FailureClass.PROTOCOL);
    assertThat(receiver.requests()).hasSize(2);
  }

  @Test
  void keepsNoCookies() {
    receiver.answer("/", Answer.status(200).withHeader("Set-Cookie", "a=b; Path=/"));

    sender.send(post(receiver.url("/")));
    sender.send(post(receiver.url("/")));

    assertThat(receiver.requests()).hasSize(2);
    assertThat(receiver.requests()).noneMatch(request -> request.hasHeader("Cookie"));
  }

  @Test
  void passesRetryAfterOnAsItCame() {
    receiver.answer("/", Answer.status(429).withHeader("Retry-After", "Fri, 31 Dec 1999"));

    assertThat(answered("/").retryAfter()).isEqualTo("Fri, 31 Dec 1999");
    receiver.answer("/", Answer.status(429));
    assertThat(answered("/").retryAfter()).isNull();
  }

  @Test
  void readsPastInterimAnswers() {
    try (HostileReceiver raw =
        HostileReceiver.answering(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                + "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")) {

      SendResult result = sender.send(post(raw.url()));

      assertThat(((Answered) result).status()).isEqualTo(201);
      assertThat(((Answered) result).bodyExcerpt()).isEqualTo("ok");
    }
  }

  @Test
  void usesAConnectionAgain() {
    for (int i = 0; i < 5; i++) {
      receiver.answer("/", Answer.status(i % 2 == 0 ? 200 : 204).withBody(i % 2 == 0 ? "x" : ""));
      answered("/");
    }

    assertThat(receiver.requests())
        .extracting(ReceivedRequest::connection)
        .containsOnly(receiver.requests().getFirst().connection());
  }

  @Test
  void doesNotUseAConnectionAgainThatTheReceiverIsDoneWith() {
    receiver.answer("/", Answer.status(200).withHeader("Keep-Alive", "timeout=1"));

    answered("/");
    answered("/");

    assertThat(receiver.requests()).extracting(ReceivedRequest::connection).doesNotHaveDuplicates();
  }

  @Test
  void doesNotDecompress() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write("hello".getBytes(StandardCharsets.UTF_8));
    }
    receiver.answer(
        "/",
        Answer.status(200)
            .withHeader("Content-Encoding", "gzip")
            .withHeader("Content-Type", "text/plain; charset=ISO-8859-1")
            .withBody(compressed.toByteArray()));

    assertThat(answered("/").bodyExcerpt()).startsWith("\u001f\u008b").doesNotContain("hello");
  }

  @Test
  void systemPropertiesNameNoProxy() {
    String[] names = {"http.proxyHost", "https.proxyHost", "socksProxyHost"};
    try {
      for (String name : names) {
        System.setProperty(name, "127.0.0.1");
        System.setProperty(name.replace("Host", "Port"), "1");
      }
      System.setProperty("http.nonProxyHosts", "");
      assertThat(answered("/").status()).isEqualTo(200);
    } finally {
      for (String name : names) {
        System.clearProperty(name);
        System.clearProperty(name.replace("Host", "Port"));
      }
      System.clearProperty("http.nonProxyHosts");
    }
  }

  private Answered answered(String path) {
    return (Answered) sender.send(post(receiver.url(path)));
  }
}
