package io.httpqueue.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

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

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  private static Socket connected(SocketAddress remote, @Nullable SocketAddress local)
      throws IOException {
    Socket socket = new PromptSocket();
    try {
      socket.bind(local);
      socket.connect(remote);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
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
