package io.httpqueue.outbound;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.httpqueue.testing.HostileReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/** An egress proxy that sees one receiver behind every name, or lets nothing through. */
final class TestProxy implements AutoCloseable {

  private final HostileReceiver proxy;

  private TestProxy(HostileReceiver.Conversation conversation) {
    this.proxy = HostileReceiver.start(conversation);
  }

  static TestProxy to(int port) {
    return new TestProxy(
        (connection, self) -> {
          self.readHead(connection);
          try (Socket receiver = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
            Thread back = Thread.ofVirtual().start(() -> pipe(receiver, connection));
            pipe(connection, receiver);
            receiver.close();
            back.join();
          }
        });
  }

  static TestProxy refusing(int status) {
    return new TestProxy(
        (connection, self) -> {
          self.readHead(connection);
          String answer = "HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n".formatted(status);
          connection.getOutputStream().write(answer.getBytes(US_ASCII));
          self.awaitEnd(connection);
        });
  }

  private static void pipe(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two has gone.
    }
  }

  String url() {
    return "http://127.0.0.1:" + proxy.port();
  }

  /** The heads of the requests to the proxy itself. */
  List<String> heads() {
    return proxy.heads();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
