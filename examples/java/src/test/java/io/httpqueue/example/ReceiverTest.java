package io.httpqueue.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReceiverTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void failsTheFirstAttemptsOfEachDelivery() throws Exception {
    try (var receiver = start(new Behaviour(2, 201, Duration.ZERO))) {
      assertThat(post(receiver, "a", "{}").statusCode()).isEqualTo(503);
      assertThat(post(receiver, "b", "{}").statusCode()).isEqualTo(503);
      assertThat(post(receiver, "a", "{}").body()).isEqualTo("told to fail: attempt 2 of 2");
      assertThat(post(receiver, "a", "{}").statusCode()).isEqualTo(201);
      assertThat(post(receiver, "b", "{}").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void printsWhatItGot() throws Exception {
    try (var receiver = start(new Behaviour(0, 200, Duration.ZERO))) {
      post(receiver, "a", "{\"total\":42,\"note\":\"\\u001b[31mred\"}");
    }
    assertThat(text())
        .containsPattern("POST /  event order.created  attempt 1  -> 200")
        .containsPattern("delivery +a\\R")
        .containsPattern("webhook-id +event-a\\R")
        .contains("bytes, valid JSON")
        .contains("    \"total\": 42")
        .doesNotContain("\u001b");
  }

  @Test
  void marksARepeatOfWhatItHasTaken() throws Exception {
    try (var receiver = start(new Behaviour(1, 200, Duration.ZERO))) {
      post(receiver, "a", "{}");
      post(receiver, "a", "{}");
      assertThat(text()).doesNotContain("a repeat");
      post(receiver, "a", "{}");
    }
    assertThat(text()).containsOnlyOnce("a repeat: taken before");
  }

  @Test
  void saysWhenABodyIsNotJson() throws Exception {
    try (var receiver = start(new Behaviour(0, 204, Duration.ZERO))) {
      assertThat(post(receiver, "a", "{\"total\":").statusCode()).isEqualTo(204);
    }
    assertThat(text()).contains("9 bytes, NOT valid JSON");
  }

  private Receiver start(Behaviour behaviour) throws Exception {
    return Receiver.start(0, behaviour, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> post(Receiver receiver, String delivery, String body)
      throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(receiver.url())
              .header("webhook-id", "event-" + delivery)
              .header("HTTPQueue-Delivery", delivery)
              .header("HTTPQueue-Event", "order.created")
              .header("HTTPQueue-Attempt", "1")
              .POST(BodyPublishers.ofString(body))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
