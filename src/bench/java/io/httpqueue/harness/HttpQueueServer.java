package io.httpqueue.harness;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One server as a process of its own, which can be stopped in every way, and started again on the
 * same port.
 */
public final class HttpQueueServer implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  /**
   * How a server is started.
   *
   * @param command the whole command
   * @param environment its settings, but for the database and the port
   */
  public record Launch(List<String> command, Map<String, String> environment) {}

  private final String name;
  private final Launch launch;
  private final String databaseUrl;
  private final int port;
  private final Path home;
  private final ManagedChannel channel;
  private ChildProcess process;

  /**
   * Starts a server, and does not wait for it.
   *
   * @param directory its working directory and log are below it
   */
  public HttpQueueServer(String name, Launch launch, String databaseUrl, Path directory) {
    this.name = name;
    this.launch = launch;
    this.databaseUrl = databaseUrl;
    this.port = FreePorts.next();
    this.home = directory.toAbsolutePath();
    this.channel = channel(port);
    deleteOldLog();
    this.process = launch(launch.command());
  }

  /** Where it answers gRPC, on the loopback interface. */
  public int port() {
    return port;
  }

  public String name() {
    return name;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** For the measure of its cost. */
  public ProcessTree processes() {
    return new ProcessTree(process.pid());
  }

  /** Waits until its health is SERVING; fails if it ends or the limit is over. */
  public void awaitServing(Duration limit) {
    boolean serving = Await.until(limit, POLL, () -> !process.isAlive() || isServing());
    if (!serving || !process.isAlive()) {
      throw new IllegalStateException(name + " did not start; see " + log());
    }
  }

  /** Whether its health is SERVING right now. */
  public boolean isServing() {
    channel.resetConnectBackoff();
    return isServing(channel);
  }

  /** The same asked by a client that has just come. */
  public boolean isServingNewClients() {
    ManagedChannel fresh = channel(port);
    try {
      return isServing(fresh);
    } finally {
      fresh.shutdownNow();
    }
  }

  private static boolean isServing(ManagedChannel by) {
    try {
      return HealthGrpc.newBlockingStub(by)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static ManagedChannel channel(int port) {
    return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
  }

  /** A client of it. */
  public WebhookServiceGrpc.WebhookServiceBlockingStub client() {
    return WebhookServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Sends SIGTERM, and does not wait. */
  public void askToStop() {
    process.signal("TERM");
  }

  /** Sends SIGTERM and waits for its end. Returns whether it ended by itself within a minute. */
  public boolean terminate() {
    askToStop();
    boolean ended = process.awaitExit(STOP_LIMIT);
    if (!ended) {
      kill();
    }
    return ended;
  }

  /** SIGKILL: no time for anything. */
  public void kill() {
    process.close();
  }

  /** SIGSTOP: it stands still and knows nothing of it. */
  public void pause() {
    process.signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    process.signal("CONT");
  }

  /** Starts it again after its end; does not wait until it serves. */
  public void start() {
    process = launch(launch.command());
  }

  /** As {@link #start}, under a program that changes its surroundings. */
  public void startUnder(List<String> wrapper) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(launch.command());
    process = launch(command);
  }

  /** As {@link #start}, with other options for the JVM, which stand against the usual ones. */
  public void startWith(List<String> jvmOptions) {
    List<String> command = new ArrayList<>(launch.command());
    command.addAll(command.indexOf("-jar"), jvmOptions);
    process = launch(command);
  }

  /** Sets how many files and connections it may have open from now on. */
  public void limitDescriptors(long most) {
    String limit = most == Long.MAX_VALUE ? "unlimited" : Long.toString(most);
    ChildProcess.run(List.of("prlimit", "--pid=" + process.pid(), "--nofile=" + limit + ":"));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    process.close();
  }

  @Override
  public String toString() {
    return name;
  }

  private ChildProcess launch(List<String> command) {
    Map<String, String> environment = new HashMap<>(launch.environment());
    environment.put("DATABASE_URL", databaseUrl);
    environment.put("GRPC_PORT", Integer.toString(port));
    environment.put("HTTPQUEUE_AUTH", "off");
    // The receivers are on this machine.
    environment.put("HTTPQUEUE_EGRESS_ALLOW", "127.0.0.0/8");
    return ChildProcess.logging(name, command, environment, home, log());
  }

  private void deleteOldLog() {
    try {
      Files.deleteIfExists(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return home.resolve(name + ".log");
  }
}
