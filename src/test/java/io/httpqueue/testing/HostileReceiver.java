package io.httpqueue.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A receiver that does with each connection whatever a test says, down to the byte. What a
 * conversation throws once the other side has gone is not an error. Thread-safe.
 */
public final class HostileReceiver implements AutoCloseable {

  /** What is done with one connection, which is closed afterwards. */
  @FunctionalInterface
  public interface Conversation {
    void with(Socket connection, HostileReceiver self) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Conversation conversation;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> heads = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HostileReceiver(Conversation conversation) throws IOException {
    this.server = new ServerSocket(0, 1_000, InetAddress.ofLiteral("127.0.0.1"));
    this.conversation = conversation;
    threads.execute(this::accept);
  }

  public static HostileReceiver start(Conversation conversation) {
    try {
      return new HostileReceiver(conversation);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a request, then sends the text. */
  public static HostileReceiver answering(String text) {
    return start(
        (connection, self) -> {
          self.readRequest(connection);
          connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
          self.awaitEnd(connection);
        });
  }

  public int port() {
    return server.getLocalPort();
  }

  public URI url() {
    return url("http");
  }

  public URI url(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + port() + "/");
  }

  /** The heads of the requests that were read, as they came. */
  public List<String> heads() {
    synchronized (heads) {
      return List.copyOf(heads);
    }
  }

  /** Connections that are open still. */
  public int openConnections() {
    return open.size();
  }

  /** Reads a request's head up to its empty line, and leaves the body. */
  public String readHead(Socket connection) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    InputStream in = connection.getInputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the sender closed the connection");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    synchronized (heads) {
      heads.add(text);
    }
    return text;
  }

  /** Reads a request to its end. */
  public byte[] readRequest(Socket connection) throws IOException {
    String head = readHead(connection);
    int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
    return connection.getInputStream().readNBytes(length);
  }

  /** Waits for the sender to close the connection. */
  public void awaitEnd(Socket connection) throws IOException {
    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Waits for the test to end. */
  public void hold() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        open.add(connection);
        threads.execute(() -> talk(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void talk(Socket connection) {
    try (connection) {
      conversation.with(connection, this);
    } catch (IOException e) {
      // The sender has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
    }
  }
}
