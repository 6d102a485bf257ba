package io.httpqueue.queue;

import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.storage.StorageException;
import org.jobrunr.storage.StorageProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells how many jobs JobRunr keeps. Read every quarter of a minute by a thread of its own, so that
 * an export never waits for Postgres.
 */
@Component
class JobGauges implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JobGauges.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final List<StateName> STATES =
      List.of(StateName.ENQUEUED, StateName.PROCESSING, StateName.FAILED);

  private final StorageProvider storage;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("job-gauges").factory());
  private volatile Map<StateName, Long> counts = Map.of();

  JobGauges(StorageProvider storage, Meters meters) {
    this.storage = storage;
    meters.gauge(
        Metric.JOBS,
        gauge ->
            counts.forEach(
                (state, count) ->
                    gauge.record(
                        (double) count,
                        Meters.attributes(Label.STATE, state.name().toLowerCase(Locale.ROOT)))));
    var _ = timer.scheduleWithFixedDelay(this::read, 1, INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void read() {
    try {
      Map<StateName, Long> now = new EnumMap<>(StateName.class);
      for (StateName state : STATES) {
        now.put(state, storage.countJobs(state));
      }
      counts = Map.copyOf(now);
    } catch (StorageException e) {
      log.debug("Jobs could not be counted: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
