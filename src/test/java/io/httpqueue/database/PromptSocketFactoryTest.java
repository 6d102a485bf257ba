package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class PromptSocketFactoryTest {

  private static final int LOOKS = 200;

  @Test
  void aLookForMoreDoesNotWait() throws IOException {
    Duration prompt = looks(new PromptSocketFactory());
    Duration usual = looks(SocketFactory.getDefault());

    assertThat(usual).isGreaterThanOrEqualTo(Duration.ofMillis(LOOKS));
    assertThat(prompt).isLessThan(usual.dividedBy(2));
  }

  @Test
  void itConnectsSocketsToo() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    SocketFactory sockets = new PromptSocketFactory();
    try (ServerSocket server = new ServerSocket(0, 4, loopback);
        Socket byAddress = sockets.createSocket(loopback, server.getLocalPort());
        Socket byName = sockets.createSocket("127.0.0.1", server.getLocalPort(), loopback, 0)) {
      assertThat(byAddress.isConnected()).isTrue();
      assertThat(byName.getLocalAddress()).isEqualTo(loopback);
    }
  }

  @Test
  void aLookFindsWhatHasComeAndTheNextReadThatWaitsTheEnd() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connected(new PromptSocketFactory(), server)) {
      InputStream input = socket.getInputStream();
      try (Socket peer = server.accept()) {
        peer.getOutputStream().write('A');
        socket.setSoTimeout(10_000);
        assertThat(input.read()).isEqualTo('A');
        peer.getOutputStream().write('B');
        peer.getOutputStream().write('C');
        assertThat(input.read()).isEqualTo('B');
        socket.setSoTimeout(1);
        assertThat(input.read(new byte[10], 0, 10)).isEqualTo(1);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(input::read);
      }
      socket.setSoTimeout(10_000);
      assertThat(input.read()).isEqualTo(-1);
    }
  }

  @Test
  void aLookUnderTlsLosesNothing() throws Exception {
    IssuedCertificate certificate = IssuedCertificate.selfSigned(Wish.of("postgres"));
    SSLSocketFactory tls = certificate.server(certificate).getSocketFactory();
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connected(new PromptSocketFactory(), listening);
        Socket peer = tls.createSocket(listening.accept(), null, true);
        Socket secure = tls.createSocket(socket, "127.0.0.1", 1, true)) {
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(() -> send(peer, 'A'), Thread::startVirtualThread);
      InputStream input = secure.getInputStream();
      assertThat(input.read()).isEqualTo('A');
      sent.get();
      secure.setSoTimeout(1);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(input::read);
      secure.setSoTimeout(10_000);
      send(peer, 'B');
      assertThat(input.read()).isEqualTo('B');
    }
  }

  private static void send(Socket socket, int letter) {
    try {
      socket.getOutputStream().write(letter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration looks(SocketFactory sockets) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = connected(sockets, server)) {
      socket.setSoTimeout(1);
      InputStream input = socket.getInputStream();
      long start = System.nanoTime();
      for (int i = 0; i < LOOKS; i++) {
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(input::read);
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private static Socket connected(SocketFactory sockets, ServerSocket server) throws IOException {
    Socket socket = sockets.createSocket();
    socket.connect(server.getLocalSocketAddress());
    return socket;
  }
}
