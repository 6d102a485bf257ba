package io.httpqueue.verify;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.ChildProcess;
import io.httpqueue.harness.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of the examples as a process of its own, on a port that stays the same. */
final class ExampleReceiver implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final String name;
  private final List<String> command;
  private final Path log;
  private final int port = FreePorts.next();
  private @Nullable ChildProcess process;

  /**
   * @param command relative to the working directory
   * @param directory where its log is
   */
  ExampleReceiver(String name, List<String> command, Path directory) {
    this.name = name;
    this.command = List.copyOf(command);
    this.log = directory.resolve(name + ".log").toAbsolutePath();
  }

  String url() {
    return "http://127.0.0.1:%d/".formatted(port);
  }

  /** Starts it, or starts it anew, with the key to verify by. */
  void start(String key) {
    close();
    ChildProcess started =
        ChildProcess.logging(
            name,
            command,
            Map.of("PORT", Integer.toString(port), "WEBHOOK_KEY", key),
            Path.of("").toAbsolutePath(),
            log);
    process = started;
    if (!Await.until(START_LIMIT, POLL, () -> !started.isAlive() || listens())
        || !started.isAlive()) {
      throw new IllegalStateException("the receiver %s did not start; see %s".formatted(name, log));
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
