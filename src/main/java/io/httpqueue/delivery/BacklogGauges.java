package io.httpqueue.delivery;

import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Tells what waits in Postgres and runs here. Postgres is asked every quarter of a minute, or less
 * often if that takes long, by this thread alone, so that an export never waits for it; what was
 * read last is told meanwhile.
 */
@Component
class BacklogGauges implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BacklogGauges.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final double MILLIS = 1e3;

  private final BacklogFiguresRepository repository;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("backlog-gauges").factory());
  private volatile BacklogFigures figures = BacklogFigures.NONE;

  BacklogGauges(
      BacklogFiguresRepository repository,
      LocalLanes lanes,
      FairShare share,
      BacklogPace pace,
      OutcomeWriter outcomes,
      Meters meters) {
    this.repository = repository;
    meters.gauge(Metric.LANES_ACTIVE, gauge -> gauge.record(lanes.count()));
    meters.gauge(Metric.LANES_HELD_BACK, gauge -> gauge.record(pace.heldBack()));
    meters.gauge(Metric.DELIVERIES_IN_FLIGHT, gauge -> gauge.record(share.inFlight()));
    meters.gauge(Metric.OUTCOMES_WAITING, gauge -> gauge.record(outcomes.waiting()));
    meters.gauge(Metric.DELIVERIES_WAITING, gauge -> each(gauge, figures.waiting(), Label.STATE));
    meters.gauge(
        Metric.DELIVERY_OLDEST_DUE_AGE,
        gauge -> gauge.record((double) figures.oldestDue().toMillis() / MILLIS));
    meters.gauge(Metric.WEBHOOK_OLDEST_DUE_AGE, this::furthestBehind);
    meters.gauge(Metric.WEBHOOKS_BY_BREAKER, gauge -> each(gauge, figures.breakers(), Label.STATE));
    meters.gauge(Metric.WEBHOOKS_THROTTLED, gauge -> gauge.record((double) figures.throttled()));
    meters.gauge(Metric.WEBHOOKS_DISABLED, gauge -> each(gauge, figures.disabled(), Label.REASON));
    meters.gauge(Metric.DATABASE_SIZE, gauge -> each(gauge, figures.sizes(), Label.TABLE));
    var _ = timer.submit(this::readAndGoOn);
  }

  private void furthestBehind(ObservableDoubleMeasurement gauge) {
    figures
        .furthestBehind()
        .forEach(
            behind ->
                gauge.record(
                    (double) behind.age().toMillis() / MILLIS,
                    Meters.attributes(Label.WEBHOOK, behind.webhookId().toString())));
  }

  private static void each(
      ObservableDoubleMeasurement gauge, Map<String, Long> values, Label label) {
    values.forEach((name, value) -> gauge.record((double) value, Meters.attributes(label, name)));
  }

  private void readAndGoOn() {
    long started = System.nanoTime();
    read();
    Duration rest = TimeShare.briefRestAfter(Duration.ofNanos(System.nanoTime() - started));
    long millis = Math.max(INTERVAL.toMillis(), rest.toMillis());
    var _ = timer.schedule(this::readAndGoOn, millis, TimeUnit.MILLISECONDS);
  }

  private void read() {
    try {
      figures = repository.read();
    } catch (DataAccessException e) {
      // The gauge of the database says so; what was read last goes on being told.
      log.debug("What waits could not be read: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
