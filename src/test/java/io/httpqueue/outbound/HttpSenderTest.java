package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ScriptedReceiver;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpSenderTest {

  private ScriptedReceiver receiver;
  private HttpSender sender;

  @BeforeEach
  void start() throws Exception {
    receiver = ScriptedReceiver.start();
    sender =
        new HttpSender(
            new Connections(
                new OutboundSettings(
                    100,
                    100,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60)),
                new ReceiverResolver(new NameLookup(InetAddress::getAllByName)),
                SSLContext.getDefault()));
  }

  @AfterEach
  void stop() {
    sender.close();
    receiver.close();
  }

  @Test
  void sendsTheGivenHeadersAndNoOthers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("X-One", "1");

    SendResult result = sender.send(request("/a?b=c", headers));

    assertThat(result).isInstanceOf(Answered.class);
    assertThat(receiver.requests()).hasSize(1);
    assertThat(receiver.requests().getFirst().headers().keySet())
        .containsExactlyInAnyOrder("Host", "Content-Type", "X-One", "Content-Length");
  }

  @Test
  void endsAtTheDeadline() {
    receiver.answer("/", Answer.hang());
    SendResult result = sender.send(request("/", Map.of()));
    assertThat(result).isInstanceOf(SendResult.NotAnswered.class);
  }

  private OutboundRequest request(String path, Map<String, String> headers) {
    return new OutboundRequest(
        receiver.url(path), headers, "{}".getBytes(StandardCharsets.UTF_8), Duration.ofMillis(700));
  }
}
