package io.httpqueue.chaos;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.HttpQueueServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Very many connections to a server's port: some say nothing, some say nonsense, some begin as
 * HTTP/2 does and then stand still, some send headers without an end.
 */
final class HostileClients implements Fault {

  private static final int CONNECTIONS = 3_000;

  /** Beyond what the heap and the rest take of a server that is let alone. */
  private static final long MEMORY_LIMIT_BYTES = 900L << 20;

  private static final Duration SERVING_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** HEADERS and CONTINUATION frames of the largest size, neither with END_HEADERS. */
  private static final byte[] HEADERS = {0, 0x40, 0, 1, 0, 0, 0, 0, 1};

  private static final byte[] CONTINUATION = {0, 0x40, 0, 9, 0, 0, 0, 0, 1};
  private static final int FRAME_BYTES = 0x4000;

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public long strike(Cluster cluster, RandomGenerator random) {
    HttpQueueServer server = cluster.anyServer(random);
    List<SocketChannel> open = new ArrayList<>();
    int refused = 0;
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        try {
          open.add(connect(server, i % 4, random));
        } catch (IOException e) {
          refused++;
        }
      }
      cluster.tell(
          "%s %s: %d connections, %d refused".formatted(name(), server, open.size(), refused));
      cluster.pause(random, 5, 10);
      if (!Await.until(SERVING_LIMIT, LOOK, server::isServing)) {
        cluster.complain(server + " did not serve others beside hostile clients");
      }
      long bytes = server.processes().memoryBytes();
      cluster.tell("    %s has %d MB".formatted(server, bytes >> 20));
      if (bytes > MEMORY_LIMIT_BYTES) {
        cluster.complain("%s took %d MB of memory".formatted(server, bytes >> 20));
      }
    } finally {
      open.forEach(HostileClients::closeQuietly);
    }
    return System.nanoTime();
  }

  private static SocketChannel connect(HttpQueueServer server, int kind, RandomGenerator random)
      throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    channel.configureBlocking(false);
    switch (kind) {
      case 1 -> write(channel, nonsense(random, 512));
      case 2 -> {
        write(channel, PREFACE);
        write(channel, SETTINGS);
      }
      case 3 -> {
        write(channel, PREFACE);
        write(channel, SETTINGS);
        write(channel, HEADERS);
        write(channel, nonsense(random, FRAME_BYTES));
        write(channel, CONTINUATION);
        write(channel, nonsense(random, FRAME_BYTES));
      }
      default -> {}
    }
    return channel;
  }

  // What does not go into the socket's buffer is left out: the next byte is the wrong one then.
  private static void write(SocketChannel channel, byte[] bytes) {
    try {
      channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      // It has been closed by the server, which is its right.
    }
  }

  private static byte[] nonsense(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.err.println("could not close: " + e);
    }
  }
}
