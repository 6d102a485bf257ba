package io.httpqueue.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;

/**
 * Makes sockets for the driver that say at once whether more has come. When it has read a
 * notification it looks for another, for a millisecond: each message between servers would be late
 * by that, and would be held back for as long as others follow it more closely. Public, since the
 * driver makes one by its name. Thread-safe.
 */
public final class PromptSocketFactory extends SocketFactory {

  /** A limit, in milliseconds, that nothing sets but the driver's look. */
  private static final int LOOK = 1;

  @Override
  public Socket createSocket() {
    return new PromptSocket();
  }

  /** The driver connects its sockets itself. */
  private static UnsupportedOperationException connected() {
    return new UnsupportedOperationException("only sockets that are not connected yet are made");
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw connected();
  }

  private static final class PromptSocket extends Socket {

    private volatile int timeout;

    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
      super.setSoTimeout(milliseconds);
      timeout = milliseconds;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {

        @Override
        public int read() throws IOException {
          look();
          return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          look();
          return in.read(bytes, offset, length);
        }

        // The end is not seen by this, but by the next read that waits.
        private void look() throws IOException {
          if (timeout == LOOK && in.available() == 0) {
            throw new SocketTimeoutException("nothing has come");
          }
        }
      };
    }
  }
}
