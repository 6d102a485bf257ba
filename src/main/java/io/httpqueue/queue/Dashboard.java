package io.httpqueue.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jobrunr.dashboard.JobRunrApiHandler;
import org.jobrunr.dashboard.JobRunrSseHandler;
import org.jobrunr.dashboard.JobRunrStaticFileHandler;
import org.jobrunr.dashboard.server.HttpExchangeHandler;
import org.jobrunr.dashboard.server.http.RedirectHttpHandler;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * JobRunr's dashboard, on loopback and behind a password. JobRunr's own server listens on every
 * address and cannot be told otherwise, so its pages are served by one of ours.
 */
final class Dashboard implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Dashboard.class);
  private static final int STOP_SECONDS = 1;

  private final DashboardSettings settings;
  private final StorageProvider storage;
  private final JsonMapper json;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService requests;
  private List<HttpExchangeHandler> handlers = List.of();

  Dashboard(DashboardSettings settings, StorageProvider storage, JsonMapper json) {
    this.settings = settings;
    this.storage = storage;
    this.json = json;
  }

  /** Stops before JobRunr, whose tables it reads. */
  @Override
  public int getPhase() {
    return JobServerLifecycle.PHASE + 1;
  }

  @Override
  public synchronized void start() {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
    HttpServer started;
    try {
      started = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new DashboardException(
          "HTTPQUEUE_DASHBOARD_PORT=%d cannot be used: %s"
              .formatted(settings.port(), e.getMessage()));
    }
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    started.setExecutor(threads);
    handlers =
        List.of(
            new RedirectHttpHandler("/", "/dashboard"),
            new JobRunrStaticFileHandler(),
            new JobRunrApiHandler(storage, json, false),
            new JobRunrSseHandler(storage, json));
    for (HttpExchangeHandler handler : handlers) {
      started
          .createContext(handler.getContextPath(), handler)
          .setAuthenticator(new Password(settings.username(), settings.password()));
    }
    started.start();
    server = started;
    requests = threads;
    log.info("JobRunr's dashboard: http://localhost:{}/dashboard", port());
  }

  @Override
  public synchronized void stop() {
    HttpServer running = server;
    ExecutorService threads = requests;
    if (running != null && threads != null) {
      handlers.forEach(HttpExchangeHandler::close);
      running.stop(STOP_SECONDS);
      threads.shutdownNow();
      server = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return server != null;
  }

  /** The port it listens on. */
  synchronized int port() {
    if (server == null) {
      throw new IllegalStateException("the dashboard does not run");
    }
    return server.getAddress().getPort();
  }

  /** Compares in a time that does not depend on where the two differ. */
  private static final class Password extends BasicAuthenticator {

    private final byte[] expected;

    Password(String username, String password) {
      super("HTTPQueue", UTF_8);
      this.expected = joined(username, password);
    }

    @Override
    public boolean checkCredentials(String username, String password) {
      return MessageDigest.isEqual(expected, joined(username, password));
    }

    /** A user name has no NUL. */
    private static byte[] joined(String username, String password) {
      return (username + '\0' + password).getBytes(UTF_8);
    }
  }
}
