package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whatever comes in at the port, the server stays up, and a client of its own is served. */
@Isolated("What is logged is compared.")
@ExtendWith(OutputCaptureExtension.class)
class GrpcBoundaryFuzz {

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int RANDOM_SEEDS = 150;
  private static final int LONGEST = 2_000;
  private static final int KINDS_OF_FRAMES = 12;
  private static final int MILLIS_TO_ANSWER = 20;

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
    server.register("fuzz", "*");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Bytes, frames of bytes, and frames that begin well and end in the middle. */
  static Stream<byte[]> connections() {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, RANDOM_SEEDS)
        .mapToObj(i -> i % 5 == 0 ? bytes(random) : frames(random, 1 + random.nextInt(8)));
  }

  @MethodSource("connections")
  @FuzzTest
  void anyBytesOnAConnection(byte @NotNull [] bytes) throws IOException {
    int port = server.server().part(GrpcServerProperties.class).getPort();
    try (Socket connection = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      connection.setSoTimeout(MILLIS_TO_ANSWER);
      connection.getOutputStream().write(bytes);
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The server has hung up, or waits for more.
    }
    assertOthersAreServed();
  }

  @Test
  void badFramesDoNotFillTheLog(CapturedOutput output) throws IOException {
    // A PRIORITY frame of a wrong length, which ends the stream and not the connection.
    byte[] frame = ByteBuffer.allocate(15).putInt(6 << 8 | 2).put((byte) 0).putInt(1).array();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PREFACE);
    out.writeBytes(NO_SETTINGS);
    out.writeBytes(frame);

    anyBytesOnAConnection(out.toByteArray());

    assertThat(output).doesNotContain("Stream Error").doesNotContain("\tat ");
  }

  static Stream<Arguments> messages() {
    SplittableRandom random = new SplittableRandom(2);
    List<byte[]> good =
        List.of(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("fuzz")
                .addEvents("a.*")
                .setUrl("http://127.0.0.1:1/")
                .putHeaders("X-A", "b")
                .build()
                .toByteArray(),
            PushEventRequest.newBuilder()
                .setNamespace("fuzz")
                .setEvent("a.b")
                .setPayload("{\"a\": [1, \"ü\"]}")
                .putMetadata("c", "d")
                .build()
                .toByteArray(),
            ListWebhooksRequest.newBuilder().setNamespace("fuzz").build().toByteArray());
    return IntStream.range(0, RANDOM_SEEDS)
        .mapToObj(i -> Arguments.of(i, mutated(good.get(i % good.size()), random)));
  }

  @MethodSource("messages")
  @FuzzTest
  void anyMessageToAnyMethod(int method, byte @NotNull [] message) {
    List<String> methods = unaryMethods();
    String name = methods.get(Math.floorMod(method, methods.size()));
    try {
      server.call(name, message);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode())
          .as(name)
          .isNotIn(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.UNAVAILABLE);
    }
    assertOthersAreServed();
  }

  private static void assertOthersAreServed() {
    ListWebhooksRequest request =
        ListWebhooksRequest.newBuilder().setNamespace("fuzz").setPageSize(1).build();
    assertThat(server.stub().listWebhooks(request).getSuccess()).isTrue();
  }

  private static List<String> unaryMethods() {
    return WebhookServiceGrpc.getServiceDescriptor().getMethods().stream()
        .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
        .map(MethodDescriptor::getFullMethodName)
        .toList();
  }

  private static byte[] bytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(LONGEST)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] frames(SplittableRandom random, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PREFACE);
    out.writeBytes(NO_SETTINGS);
    for (int i = 0; i < count; i++) {
      byte[] content = bytes(random);
      int length = random.nextInt(10) == 0 ? random.nextInt(1 << 24) : content.length;
      out.writeBytes(
          ByteBuffer.allocate(9)
              .put((byte) (length >> 16))
              .putShort((short) length)
              .put((byte) random.nextInt(KINDS_OF_FRAMES))
              .put((byte) random.nextInt(256))
              .putInt(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(10))
              .array());
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  /** A few bytes changed, left out or put in. */
  private static byte[] mutated(byte[] message, SplittableRandom random) {
    List<Byte> bytes = new ArrayList<>();
    for (byte next : message) {
      bytes.add(next);
    }
    int changes = random.nextInt(4);
    for (int i = 0; i < changes && !bytes.isEmpty(); i++) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(3)) {
        case 0 -> bytes.set(at, (byte) random.nextInt(256));
        case 1 -> bytes.remove(at);
        default -> bytes.add(at, (byte) random.nextInt(256));
      }
    }
    byte[] mutated = new byte[bytes.size()];
    for (int i = 0; i < mutated.length; i++) {
      mutated[i] = bytes.get(i);
    }
    return mutated;
  }
}
