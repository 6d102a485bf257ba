package io.httpqueue.api;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.httpqueue.database.ReadinessCheck;
import io.httpqueue.roles.Roles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Answers {@code grpc.health.v1.Health}: SERVING while all that this server needs works, looked at
 * every second, and more often while it starts; NOT_SERVING from the moment it is told to stop.
 */
@Component
class HealthReport implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(HealthReport.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** In its first moments, until it serves: what is not ready yet soon is. */
  private static final Duration INTERVAL_AT_START = Duration.ofMillis(25);

  private static final int LOOKS_AT_START = 400;

  /** The server as a whole. */
  private static final List<String> SERVER = List.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES);

  /** And both names of the service, where it is there. */
  private static final List<String> SERVER_AND_SERVICE =
      List.of(
          HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
          io.httpqueue.api.v1.WebhookServiceGrpc.SERVICE_NAME,
          io.httpqueue.api.legacy.WebhookServiceGrpc.SERVICE_NAME);

  private final HealthStatusManager health;
  private final List<String> services;
  private final List<ReadinessProbe> probes;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;
  private boolean wasServing;
  private int looksAtStart = LOOKS_AT_START;

  HealthReport(HealthStatusManager health, List<ReadinessCheck> checks, Roles roles) {
    this.health = health;
    this.services = roles.api() ? SERVER_AND_SERVICE : SERVER;
    this.probes = checks.stream().map(ReadinessProbe::new).toList();
    report(ServingStatus.NOT_SERVING);
  }

  /** Before the gRPC server, which starts last. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("health-report").start(this::run);
  }

  @EventListener(ContextClosedEvent.class)
  void stopServing() {
    health.enterTerminalState();
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public boolean isRunning() {
    return thread != null && stopped.getCount() > 0;
  }

  private void run() {
    try {
      do {
        check();
      } while (!stopped.await(interval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration interval() {
    if (looksAtStart == 0) {
      return INTERVAL;
    }
    looksAtStart--;
    return INTERVAL_AT_START;
  }

  private void check() throws InterruptedException {
    for (ReadinessProbe probe : probes) {
      probe.ask();
    }
    Optional<String> missing = Optional.empty();
    for (ReadinessProbe probe : probes) {
      if (!probe.isReady() && missing.isEmpty()) {
        missing = Optional.of(probe.name());
      }
    }
    boolean serving = missing.isEmpty();
    if (wasServing && !serving) {
      log.warn("{} does not answer; not serving until it does", missing.get());
    } else if (!wasServing && serving) {
      log.info("Serving");
      looksAtStart = 0;
    }
    wasServing = serving;
    report(serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Does nothing once the terminal state was entered. */
  private void report(ServingStatus status) {
    services.forEach(service -> health.setStatus(service, status));
  }
}
