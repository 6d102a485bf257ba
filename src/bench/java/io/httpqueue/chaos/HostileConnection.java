package io.httpqueue.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** A connection to a server by one who means it ill, or knows no better. */
final class HostileConnection {

  /** What it says. */
  enum Kind {
    /** Nothing at all. */
    SILENT(false),
    /** Random bytes. */
    NONSENSE(true),
    /** What HTTP/2 begins with, and no more. */
    STANDING_STILL(false),
    /** The same, a byte at a time. */
    DRIPPING(false),
    /** Headers without an end, far beyond what a call may have. */
    ENDLESS_HEADERS(true);

    private final boolean mustEnd;

    Kind(boolean mustEnd) {
      this.mustEnd = mustEnd;
    }

    /** Whether the server is to end it at once. */
    boolean mustEnd() {
      return mustEnd;
    }
  }

  private static final byte[] START =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** HEADERS and CONTINUATION frames of the largest size, neither with END_HEADERS. */
  private static final byte[] HEADERS = {0, 0x40, 0, 1, 0, 0, 0, 0, 1};

  private static final byte[] CONTINUATION = {0, 0x40, 0, 9, 0, 0, 0, 0, 1};
  private static final int FRAME_BYTES = 0x4000;
  private static final int NONSENSE_BYTES = 512;

  private final SocketChannel channel;
  private final Kind kind;
  private int dripped;
  private boolean ended;

  private HostileConnection(SocketChannel channel, Kind kind) {
    this.channel = channel;
    this.kind = kind;
  }

  static HostileConnection open(int port, Kind kind, RandomGenerator random) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    HostileConnection connection = new HostileConnection(channel, kind);
    connection.begin(random);
    return connection;
  }

  Kind kind() {
    return kind;
  }

  private void begin(RandomGenerator random) {
    switch (kind) {
      case SILENT, DRIPPING -> {}
      case NONSENSE -> write(nonsense(random, NONSENSE_BYTES));
      case STANDING_STILL -> {
        write(START);
        write(SETTINGS);
      }
      case ENDLESS_HEADERS -> {
        write(START);
        write(SETTINGS);
        write(HEADERS);
        write(nonsense(random, FRAME_BYTES));
        write(CONTINUATION);
        write(nonsense(random, FRAME_BYTES));
      }
    }
  }

  /** Says a little more, if it is one that does. */
  void drip() {
    if (kind == Kind.DRIPPING && dripped < START.length) {
      write(new byte[] {START[dripped++]});
    }
  }

  /** Whether the server has ended it. */
  boolean isEnded() {
    ByteBuffer answer = ByteBuffer.allocate(FRAME_BYTES);
    try {
      int count = ended ? -1 : channel.read(answer);
      while (count > 0) {
        count = channel.read(answer.clear());
      }
      ended = count < 0;
    } catch (IOException e) {
      ended = true;
    }
    return ended;
  }

  // What does not go into the socket's buffer is left out: the next byte is the wrong one then.
  private void write(byte[] bytes) {
    try {
      channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      ended = true;
    }
  }

  private static byte[] nonsense(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      System.err.println("could not close: " + e);
    }
  }
}
