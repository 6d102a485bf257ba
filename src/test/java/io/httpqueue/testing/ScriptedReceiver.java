package io.httpqueue.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP/1.1 receiver on a free port of 127.0.0.1, which answers 200 unless told otherwise and
 * keeps every request. Thread-safe.
 */
public final class ScriptedReceiver implements AutoCloseable {

  static {
    // Read once, by the first server of the JVM. By default it waits 40 ms for an acknowledgement,
    // and closes idle connections beyond 200.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
  }

  private static final List<Answer> DEFAULT = List.of(Answer.status(200));

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, List<Answer>> scripts = new ConcurrentHashMap<>();
  private final Map<String, Integer> answered = new ConcurrentHashMap<>();
  private final List<ReceivedRequest> requests = new ArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private ScriptedReceiver(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static ScriptedReceiver start() {
    return start(0);
  }

  /** Starts on a port that was free, as one that comes back to where it was. */
  public static ScriptedReceiver start(int port) {
    try {
      return new ScriptedReceiver(HttpServer.create(address(port), 4096), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one that speaks TLS. */
  public static ScriptedReceiver startTls(SSLContext context) {
    return startTls(context, parameters -> {});
  }

  /** Starts one that talks only to those who show a certificate that it trusts. */
  public static ScriptedReceiver startMutualTls(SSLContext context) {
    return startTls(context, parameters -> parameters.setNeedClientAuth(true));
  }

  /** Starts one that asks for a certificate, and does without. */
  public static ScriptedReceiver startCuriousTls(SSLContext context) {
    return startTls(context, parameters -> parameters.setWantClientAuth(true));
  }

  private static ScriptedReceiver startTls(SSLContext context, Consumer<SSLParameters> change) {
    try {
      HttpsServer server = HttpsServer.create(address(0), 4096);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters all = getSSLContext().getDefaultSSLParameters();
              change.accept(all);
              parameters.setSSLParameters(all);
            }
          });
      return new ScriptedReceiver(server, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress address(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Where a path of this receiver is. */
  public URI url(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port() + path);
  }

  /**
   * Sets how the path answers from now on: the first answer to its next request, and so on; the
   * last one is repeated.
   */
  public ScriptedReceiver answer(String path, Answer... answers) {
    scripts.put(path, Arrays.asList(answers));
    answered.remove(path);
    return this;
  }

  /** Lets everything go on that hangs, now and later. */
  public void release() {
    released.countDown();
  }

  /** In the order of arrival. */
  public List<ReceivedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Those to a path, with any query. */
  public List<ReceivedRequest> requestsTo(String path) {
    return requests().stream().filter(request -> request.path().equals(path)).toList();
  }

  @Override
  public void close() {
    released.countDown();
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = record(exchange, body, now);
    List<Answer> script = scripts.getOrDefault(path, DEFAULT);
    int turn = answered.merge(path, 1, Integer::sum);
    play(exchange, script.get(Math.min(turn, script.size()) - 1));
  }

  private String record(HttpExchange exchange, byte[] body, long now) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
    synchronized (requests) {
      ReceivedRequest request =
          new ReceivedRequest(
              requests.size() + 1,
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              body,
              now,
              exchange.getRemoteAddress().getPort(),
              client(exchange));
      requests.add(request);
      return request.path();
    }
  }

  private static @Nullable String client(HttpExchange exchange) {
    try {
      return exchange instanceof HttpsExchange secure
          ? secure.getSSLSession().getPeerPrincipal().getName()
          : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  private void play(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      await(answer);
      if (answer.broken()) {
        return;
      }
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      if (answer.body().length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (InterruptedException e) {
      // The receiver is closed; closing the exchange has broken the connection.
      Thread.currentThread().interrupt();
    }
  }

  private void await(Answer answer) throws InterruptedException {
    if (!answer.delay().isZero()) {
      closed.await(answer.delay().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (answer.held()) {
      released.await();
    }
  }
}
