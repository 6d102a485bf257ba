package io.httpqueue.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiverLoopTest {

  private static final UUID EVENT = new UUID(1, 2);
  private static final UUID DELIVERY = new UUID(3, 4);

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private ReceiverLoop loop;

  @BeforeEach
  void start() throws IOException {
    loop = new ReceiverLoop(2, 4);
    Thread.ofPlatform().daemon().start(loop);
  }

  @AfterEach
  void stop() {
    client.close();
  }

  @Test
  void recordsWhatArrivedForWhichWebhook() throws Exception {
    int status = post(3, 41, new Payload(256), Duration.ofMinutes(1));
    Receipts receipts = receipts();

    assertThat(status).isEqualTo(200);
    assertThat(receipts.count()).isEqualTo(1);
    assertThat(receipts.sequence(0)).isEqualTo(41);
    assertThat(receipts.sentNanos(0)).isEqualTo(1234);
    assertThat(receipts.webhook(0)).isEqualTo(3);
    assertThat(receipts.eventId(0)).isEqualTo(EVENT);
    assertThat(receipts.deliveryId(0)).isEqualTo(DELIVERY);
    assertThat(receipts.attempt(0)).isEqualTo(2);
    assertThat(receipts.isTaken(0)).isTrue();
  }

  @Test
  void readsARequestThatComesInManyPieces() throws Exception {
    post(0, 1, new Payload(500_000), Duration.ofMinutes(1));
    post(0, 2, new Payload(100), Duration.ofMinutes(1));

    assertThat(receipts().sequence(0)).isEqualTo(1);
    assertThat(receipts().sequence(1)).isEqualTo(2);
  }

  @Test
  void doesNotCountAsTakenWhatWasAnsweredWithAnError() throws Exception {
    behave(0, new Behaviour.Answer(503, Duration.ZERO));

    assertThat(post(0, 1, new Payload(256), Duration.ofMinutes(1))).isEqualTo(503);
    assertThat(receipts().status(0)).isEqualTo(503);
    assertThat(loop.<Long>inLoop(loop::taken)).isZero();
  }

  @Test
  void answersLate() throws Exception {
    behave(0, new Behaviour.Answer(200, Duration.ofMillis(50)));

    assertThat(post(0, 1, new Payload(256), Duration.ofMinutes(1))).isEqualTo(200);
    assertThat(receipts().isTaken(0)).isTrue();
  }

  @Test
  void recordsARequestThatItLeavesWithoutAnAnswer() throws Exception {
    behave(0, new Behaviour.Hang());

    assertThatThrownBy(() -> post(0, 1, new Payload(256), Duration.ofMillis(200)))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(receipts().count()).isEqualTo(1);
    assertThat(receipts().status(0)).isZero();
  }

  @Test
  void breaksConnectionsOff() throws Exception {
    behave(0, new Behaviour.Reset());

    assertThatThrownBy(() -> post(0, 1, new Payload(256), Duration.ofMinutes(1)))
        .isInstanceOf(IOException.class);
    assertThat(receipts().isTaken(0)).isFalse();
  }

  private void behave(int webhook, Behaviour behaviour) throws Exception {
    loop.inLoop(
        () -> {
          loop.behave(webhook, Behaviour.parse(List.of(behaviour.words().split(" "))));
          return true;
        });
  }

  private int post(int webhook, long sequence, Payload payload, Duration timeout)
      throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:%d/w/%d".formatted(loop.ports().getFirst(), webhook));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .version(HttpClient.Version.HTTP_1_1)
            .header("webhook-id", EVENT.toString())
            .header("HTTPQueue-Delivery", DELIVERY.toString())
            .header("HTTPQueue-Attempt", "2")
            .timeout(timeout)
            .POST(HttpRequest.BodyPublishers.ofString(payload.text(sequence, 1234)))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  private Receipts receipts() throws Exception {
    Path file = directory.resolve("receipts");
    loop.inLoop(
        () -> {
          loop.receipts().write(file);
          return true;
        });
    return Receipts.read(file);
  }
}
