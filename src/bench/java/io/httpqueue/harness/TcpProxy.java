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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stands between one server and Postgres, and can be a bad network. Thread-safe. */
public final class TcpProxy implements AutoCloseable {

  /** What the network does. */
  public enum Weather {
    FINE,
    /** Connections are broken off, new ones too. */
    CUT,
    /** What Postgres says does not arrive; it comes late, once the weather is fine. */
    ANSWERS_HELD,
    /** What is said to Postgres does not arrive; it comes late, once the weather is fine. */
    QUESTIONS_HELD,
    /** Nothing arrives, in either direction, and nobody is told. */
    ALL_HELD,
    /** Each piece takes 50 ms. */
    SLOW,
    /** Each piece takes 400 ms: a statement and its answer are two or more. */
    VERY_SLOW
  }

  /**
   * Catches a server at a statement.
   *
   * @param wanted which statement, by its text
   * @param executed whether Postgres is let run it; its answer does not arrive in either case
   * @param sprung completes when such a statement has come; nothing passes from then on, until the
   *     trap is taken away
   */
  public record Trap(Predicate<String> wanted, boolean executed, CompletableFuture<Void> sprung) {}

  /** A connection that came through here. */
  private static final class Passage {

    private final Socket client;
    private final Socket postgres;
    private volatile boolean silent;

    Passage(Socket client, Socket postgres) {
      this.client = client;
      this.postgres = postgres;
    }

    void end() {
      closeQuietly(client);
      closeQuietly(postgres);
    }
  }

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration SLOWNESS = Duration.ofMillis(50);
  private static final Duration GREAT_SLOWNESS = Duration.ofMillis(400);
  private static final int BUFFER_BYTES = 16 * 1024;

  private final ServerSocket listener;
  private final int target;
  private final Set<Passage> open = ConcurrentHashMap.newKeySet();
  private volatile Weather weather = Weather.FINE;
  private volatile @Nullable Trap trap;

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
      open.forEach(Passage::end);
    }
  }

  /**
   * Nothing more arrives by the connections that are open now, and nobody is told, even if the
   * other side is no more; new ones have the weather.
   */
  public void silence() {
    open.forEach(passage -> passage.silent = true);
  }

  /** Breaks those off. */
  public void endSilent() {
    open.stream().filter(passage -> passage.silent).forEach(Passage::end);
  }

  /** Lays a trap in place of another; null takes it away. */
  public void lay(@Nullable Trap next) {
    trap = next;
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
    try (client;
        Socket postgres = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Passage passage = new Passage(client, postgres);
      open.add(passage);
      if (weather == Weather.CUT) {
        open.remove(passage);
        return;
      }
      client.setTcpNoDelay(true);
      postgres.setTcpNoDelay(true);
      Thread answers = Thread.ofVirtual().start(() -> pump(passage, postgres, client, true));
      pump(passage, client, postgres, false);
      answers.join();
      open.remove(passage);
    } catch (IOException e) {
      // Postgres is away: the client is told by the end of its connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Passage passage, Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      StatementWatch watch = new StatementWatch();
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        if (!answers) {
          spring(watch, buffer, count);
        }
        delay(passage, answers);
        output.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side is gone; closing both tells the other.
    } finally {
      end(passage, answers);
    }
  }

  // The client is not told of the end of the other side by a silent connection.
  private static void end(Passage passage, boolean answers) {
    while (answers && passage.silent && !passage.client.isClosed()) {
      Await.pause(LOOK);
    }
    passage.end();
  }

  private void spring(StatementWatch watch, byte[] buffer, int count) {
    Trap laid = trap;
    boolean seen = watch.sees(buffer, count, sql -> laid != null && laid.wanted().test(sql));
    if (seen && laid != null && laid.equals(trap)) {
      // Held before the statement is passed on: no other thread may let its answer through.
      weather = laid.executed() ? Weather.ANSWERS_HELD : Weather.ALL_HELD;
      laid.sprung().complete(null);
    }
  }

  private void delay(Passage passage, boolean answers) {
    switch (weather) {
      case SLOW -> Await.pause(SLOWNESS);
      case VERY_SLOW -> Await.pause(GREAT_SLOWNESS);
      default -> {}
    }
    while (isHeld(answers) || (passage.silent && !passage.client.isClosed())) {
      Await.pause(LOOK);
    }
  }

  private boolean isHeld(boolean answers) {
    return switch (weather) {
      case ALL_HELD -> true;
      case ANSWERS_HELD -> answers;
      case QUESTIONS_HELD -> !answers;
      default -> false;
    };
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
