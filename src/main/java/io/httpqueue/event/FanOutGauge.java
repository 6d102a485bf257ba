package io.httpqueue.event;

import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Tells whether fan-out keeps up. Read every quarter of a minute by a thread of its own, so that an
 * export never waits for Postgres.
 */
@Component
class FanOutGauge implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FanOutGauge.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final double MILLIS = 1e3;

  private final FanOutRepository repository;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("fan-out-gauge").factory());
  private volatile Duration oldest = Duration.ZERO;

  FanOutGauge(FanOutRepository repository, Meters meters) {
    this.repository = repository;
    meters.gauge(
        Metric.FAN_OUT_WAITING_AGE, gauge -> gauge.record((double) oldest.toMillis() / MILLIS));
    var _ = timer.scheduleWithFixedDelay(this::read, 0, INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void read() {
    try {
      oldest = repository.oldestAge();
    } catch (DataAccessException e) {
      log.debug("The oldest fan-out could not be read: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
