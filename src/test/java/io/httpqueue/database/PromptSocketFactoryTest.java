package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.SocketFactory;
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
