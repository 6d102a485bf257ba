package io.httpqueue.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between one server and Postgres, and can be a bad network. Thread-safe. */
public final class TcpProxy implements AutoCloseable {

  /** What the network does. */
  public enum Weather {
    FINE,
    /** Connections are broken off, new ones too. */
    CUT,
    /** What Postgres says does not arrive; it comes late, once the weather is fine. */
    ANSWERS_HELD,
    /** Nothing arrives, in either direction, and nobody is told. */
    ALL_HELD,
    /** Each piece takes 50 ms. */
    SLOW
  }

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration SLOWNESS = Duration.ofMillis(50);
  private static final int BUFFER_BYTES = 16 * 1024;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Weather weather = Weather.FINE;

  public TcpProxy(int target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  public void become(Weather next) {
    weather = next;
    if (next == Weather.CUT) {
      open.forEach(TcpProxy::closeQuietly);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try (client;
        Socket postgres = new Socket(InetAddress.getLoopbackAddress(), target)) {
      if (weather == Weather.CUT) {
        return;
      }
      open.add(postgres);
      client.setTcpNoDelay(true);
      postgres.setTcpNoDelay(true);
      Thread answers = Thread.ofVirtual().start(() -> pump(postgres, client, true));
      pump(client, postgres, false);
      answers.join();
      open.remove(postgres);
    } catch (IOException e) {
      // Postgres is away: the client is told by the end of its connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        delay(answers);
        output.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side is gone; closing both tells the other.
    }
  }

  private void delay(boolean answers) {
    if (weather == Weather.SLOW) {
      Await.pause(SLOWNESS);
    }
    while (weather == Weather.ALL_HELD || (answers && weather == Weather.ANSWERS_HELD)) {
      Await.pause(LOOK);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      System.err.println("could not close: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    become(Weather.CUT);
  }
}
