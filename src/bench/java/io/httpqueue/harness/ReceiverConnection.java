package io.httpqueue.harness;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection to the receiver. Used by its loop alone. */
final class ReceiverConnection {

  private static final ByteBuffer ANSWER_200 = response(200);

  private static final int BUFFER = 4096;

  /** Thousands of connections that each keep more would take all memory. */
  private static final int LARGEST_KEPT = 64 << 10;

  private final SocketChannel channel;
  private final ReceivedRequest request = new ReceivedRequest();
  private ByteBuffer input = ByteBuffer.allocate(BUFFER);

  ReceiverConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  ReceivedRequest request() {
    return request;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Reads what has come. Returns false at the end of the connection. */
  boolean read() throws IOException {
    if (!input.hasRemaining()) {
      byte[] larger = Arrays.copyOf(input.array(), input.capacity() * 4);
      input = ByteBuffer.wrap(larger).position(input.position());
    }
    return channel.read(input) >= 0;
  }

  boolean hasRequest() {
    return request.isWhole(input.array(), input.position());
  }

  /** Makes room for the next request. */
  void done() {
    int length = request.length();
    input.limit(input.position()).position(length);
    if (input.capacity() > LARGEST_KEPT && input.remaining() < BUFFER) {
      input = ByteBuffer.allocate(BUFFER).put(input);
    } else {
      input.compact();
    }
    request.reset();
  }

  /** Answers. The few bytes fit into the socket's buffer, as no answer is sent before a request. */
  void answer(int status) throws IOException {
    channel.write(status == 200 ? ANSWER_200.duplicate() : response(status));
  }

  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer response(int status) {
    String text = "HTTP/1.1 %d x\r\nContent-Length: 2\r\n\r\nok".formatted(status);
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
