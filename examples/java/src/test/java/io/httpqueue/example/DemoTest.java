package io.httpqueue.example;

import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
import static io.httpqueue.api.v1.WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DemoTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void tellsEachAttemptOfADeliveredEventAndUnregisters() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_SUCCESS);
        var receiver = receiver()) {
      int exit =
          demo("--target", server.target(), "--url", receiver.url().toString(), "--payload=[1]");

      assertThat(exit).isZero();
      assertThat(text(out))
          .contains("RETRYING: attempt 1 got 503 \"told to fail\"")
          .contains("Delivery delivery: SUCCESS, 2 of 15 attempts used")
          .containsPattern("\n +1  .* 3 ms  503 \"told to fail\"\\R +2  .* 3 ms  200 \"taken\"");
      assertThat(server.pushed.getFirst().getPayload()).isEqualTo("[1]");
      assertThat(server.unregistered).containsExactly(FakeHttpQueue.WEBHOOK);
    }
  }

  @Test
  void failsWhenTheEventWasNotDelivered() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_FAILED);
        var receiver = receiver()) {
      int exit = demo("--target", server.target(), "--url", receiver.url().toString());

      assertThat(exit).isEqualTo(1);
      assertThat(text(out)).contains("FAILED, 2 of 15 attempts used");
    }
  }

  @Test
  void saysThatNoServerIsThere() throws Exception {
    int exit = demo("--target", "localhost:" + closedPort());

    assertThat(exit).isEqualTo(1);
    assertThat(text(err)).startsWith("No HTTPQueue answers at localhost:").contains("make run");
  }

  @Test
  void saysThatNoReceiverIsThereAndPushesNothing() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_SUCCESS)) {
      int exit =
          demo("--target", server.target(), "--url", "http://localhost:" + closedPort() + "/");

      assertThat(exit).isEqualTo(1);
      assertThat(text(err)).startsWith("No receiver listens at http").contains("make listen");
      assertThat(server.pushed).isEmpty();
      assertThat(server.unregistered).containsExactly(FakeHttpQueue.WEBHOOK);
    }
  }

  @Test
  void tellsWhyTheServerRefused() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_SUCCESS)) {
      assertThat(demo("--target", server.target(), "--namespace", "not allowed")).isEqualTo(1);
      assertThat(text(err)).contains("refused the call: 1 field is wrong");
    }
  }

  @Test
  void sendsTheApiKeyWithEachCall() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_SUCCESS);
        var receiver = receiver()) {
      String[] args = {"--target", server.target(), "--url", receiver.url().toString()};

      assertThat(Demo.run(args, "hq_key", printer(out), printer(err))).isZero();
      assertThat(server.authorizations).hasSizeGreaterThan(3).containsOnly("Bearer hq_key");
    }
  }

  @Test
  void saysThatTheServerWantsAnApiKey() throws Exception {
    try (var server = new FakeHttpQueue(WEBHOOK_DELIVERY_STATUS_SUCCESS)) {
      assertThat(demo("--target", server.target(), "--namespace", "locked")).isEqualTo(1);
      assertThat(text(err)).contains("HTTPQUEUE_API_KEY", "no key", "keys create --role admin");
    }
  }

  @Test
  void answersABadOptionWithTheUsage() throws Exception {
    assertThat(demo("--colour", "red")).isEqualTo(2);
    assertThat(demo("--url", "ftp://localhost/")).isEqualTo(2);
    assertThat(demo("--target", "localhost")).isEqualTo(2);
    assertThat(demo("--wait", "soon")).isEqualTo(2);
    assertThat(demo("--event")).isEqualTo(2);
    assertThat(text(err))
        .contains(
            "unknown option --colour",
            "--url must be an http or https URL, not 'ftp://localhost/'",
            "--target must be host:port, not 'localhost'",
            "--wait must be like 500ms, 3s or 2m, not 'soon'",
            "--event needs a value",
            "usage: make demo");
  }

  private int demo(String... args) throws InterruptedException {
    return Demo.run(args, "", printer(out), printer(err));
  }

  private static Receiver receiver() throws IOException {
    return Receiver.start(
        0, new Behaviour(0, 200, Duration.ZERO), printer(new ByteArrayOutputStream()));
  }

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static PrintStream printer(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
