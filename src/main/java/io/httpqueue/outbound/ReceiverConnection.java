package io.httpqueue.outbound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;

/**
 * A connection that finds out without a wait whether the receiver has closed it since it was used:
 * a request would be lost on it. The library's own test waits for a millisecond. Its socket is to
 * be a channel's.
 */
final class ReceiverConnection extends DefaultManagedHttpClientConnection {

  ReceiverConnection(
      String id, Http1Config config, HttpMessageParserFactory<ClassicHttpResponse> heads) {
    super(id, null, null, config, null, null, null, heads);
  }

  /**
   * Whether anything has come that nobody asked for, the end among it.
   *
   * @throws IOException if the connection is broken off, which the pool takes for stale
   */
  @Override
  public boolean isStale() throws IOException {
    if (!isOpen()) {
      return true;
    }
    SocketChannel channel = getSocket().getChannel();
    channel.configureBlocking(false);
    try {
      return channel.read(ByteBuffer.allocate(1)) != 0;
    } finally {
      channel.configureBlocking(true);
    }
  }
}
