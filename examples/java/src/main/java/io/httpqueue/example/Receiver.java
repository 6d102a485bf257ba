package io.httpqueue.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Takes webhooks over HTTP and prints them. */
final class Receiver implements AutoCloseable {
  /** HTTPQueue sends at most 1 MiB. */
  private static final int LARGEST_BODY = 2 << 20;

  /** So many deliveries are remembered; a receiver that runs for long must not fill its memory. */
  private static final int REMEMBERED = 10_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Behaviour behaviour;
  private final PrintStream out;
  private final Map<String, Integer> attempts = new Remembered<>();
  private final Map<String, Boolean> taken = new Remembered<>();

  private Receiver(HttpServer server, Behaviour behaviour, PrintStream out) {
    this.server = server;
    this.behaviour = behaviour;
    this.out = out;
  }

  /**
   * Starts to listen on the loopback interface.
   *
   * @param port 0 takes a free one
   * @throws java.net.BindException if the port is taken
   */
  static Receiver start(int port, Behaviour behaviour, PrintStream out) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var receiver = new Receiver(HttpServer.create(address, 0), behaviour, out);
    receiver.server.createContext("/", receiver::answer);
    receiver.server.setExecutor(receiver.threads);
    receiver.server.start();
    return receiver;
  }

  URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      LocalTime arrived = LocalTime.now();
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
      var webhook =
          new ReceivedWebhook(
              arrived,
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body);
      int attempt = count(webhook);
      int status = behaviour.statusFor(attempt);
      boolean repeat = webhook.id() != null && isTaken(webhook.id(), status);
      print(webhook, status, repeat);
      Thread.sleep(behaviour.delay());
      byte[] text =
          (status == 503 && attempt <= behaviour.failFirst()
                  ? "told to fail: attempt %d of %d".formatted(attempt, behaviour.failFirst())
                  : "answered %d".formatted(status))
              .getBytes(StandardCharsets.UTF_8);
      boolean mayHaveBody = status != 204 && status != 205 && status != 304;
      exchange.sendResponseHeaders(status, mayHaveBody ? text.length : -1);
      if (mayHaveBody) {
        exchange.getResponseBody().write(text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Which attempt of its delivery this is; counted here, so that it also works without our headers.
   */
  private int count(ReceivedWebhook webhook) {
    String delivery = webhook.header("HTTPQueue-Delivery", webhook.path());
    synchronized (attempts) {
      return attempts.merge(delivery, 1, Integer::sum);
    }
  }

  /** A message that was taken before may come again: its id tells. */
  private boolean isTaken(String id, int status) {
    synchronized (taken) {
      boolean before = taken.containsKey(id);
      if (status < 300) {
        taken.put(id, true);
      }
      return before;
    }
  }

  private void print(ReceivedWebhook webhook, int status, boolean repeat) {
    synchronized (out) {
      out.println(webhook.describe(status, repeat));
      out.flush();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private static final class Remembered<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > REMEMBERED;
    }
  }
}
