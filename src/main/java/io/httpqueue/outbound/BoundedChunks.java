package io.httpqueue.outbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * A body in chunks, with a bound on what the connection receives for it: around each byte of a body
 * there may be kilobytes of a chunk's head, which nobody sees.
 */
final class BoundedChunks extends HttpEntityWrapper {

  /** Of a body that is read up to 64 KiB, in chunks of a byte each. */
  private static final long MOST_RECEIVED = 512 * 1024;

  private final EndpointDetails connection;
  private final long limit;

  /**
   * @param connection with the number of bytes it has received so far
   */
  BoundedChunks(HttpEntity body, EndpointDetails connection) {
    super(body);
    this.connection = connection;
    this.limit = connection.getReceivedBytesCount() + MOST_RECEIVED;
  }

  @Override
  public InputStream getContent() throws IOException {
    return new Bounded(super.getContent());
  }

  private final class Bounded extends FilterInputStream {

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      check();
      return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      check();
      return super.read(buffer, offset, length);
    }

    private void check() throws MessageConstraintException {
      if (connection.getReceivedBytesCount() > limit) {
        throw new MessageConstraintException(
            "the chunks take more than " + MOST_RECEIVED + " bytes");
      }
    }
  }
}
