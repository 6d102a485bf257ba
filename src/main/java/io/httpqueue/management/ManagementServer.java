package io.httpqueue.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.httpqueue.telemetry.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Answers {@code /health/live} (200 while the process runs), {@code /health/ready} (200 or 503) and
 * {@code /metrics} (404 where scraping is off). It is there from the start on, and until the end,
 * so that a server that stops says so.
 */
final class ManagementServer implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Readiness readiness;

  ManagementServer(ManagementSettings settings, Readiness readiness, Scrape scrape) {
    this.readiness = readiness;
    this.server = bind(settings);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, 404, "not found"));
    serve("/health/live", exchange -> answer(exchange, 200, "live"));
    serve("/health/ready", this::ready);
    scrape.handler().ifPresent(handler -> serve("/metrics", handler));
    server.start();
    log.info("Management: port {}", server.getAddress().getPort());
  }

  private static HttpServer bind(ManagementSettings settings) {
    try {
      return HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "HTTPQUEUE_MANAGEMENT_PORT: cannot listen on %s port %d"
              .formatted(settings.address(), settings.port()),
          e);
    }
  }

  /** At this path alone: a context answers for all that begins with it. */
  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          if (exchange.getRequestURI().getPath().equals(path)) {
            handler.handle(exchange);
          } else {
            answer(exchange, 404, "not found");
          }
        });
  }

  private void ready(HttpExchange exchange) throws IOException {
    try {
      Optional<String> missing = readiness.missing();
      answer(exchange, missing.isEmpty() ? 200 : 503, missing.orElse("ready"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = (text + "\n").getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void destroy() {
    server.stop(0);
    threads.shutdownNow();
  }
}
