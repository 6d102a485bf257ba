package io.httpqueue.event;

import io.httpqueue.database.QueueFullException;
import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import io.httpqueue.telemetry.NamespaceLabels;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.springframework.stereotype.Component;

/** Counts what is accepted and refused. Thread-safe. */
@Component
class IntakeMetrics {

  private static final double NANOS = 1e9;

  /** Namespaces beyond it share one label. */
  private static final int NAMESPACES = 100;

  private static final Attributes QUEUE_FULL = Meters.attributes(Label.ERROR_TYPE, "queue_full");
  private static final Attributes NOT_WRITTEN = Meters.attributes(Label.ERROR_TYPE, "not_written");

  private final Meters meters;
  private final LongCounter accepted;
  private final LongCounter refused;
  private final DoubleHistogram fanOut;
  private final DoubleHistogram batch;
  private final DoubleHistogram commit;
  private final NamespaceLabels namespaces = new NamespaceLabels(NAMESPACES);

  IntakeMetrics(Meters meters) {
    this.meters = meters;
    accepted = meters.counter(Metric.EVENTS_ACCEPTED);
    refused = meters.counter(Metric.EVENTS_REFUSED);
    fanOut = meters.histogram(Metric.EVENT_FAN_OUT);
    batch = meters.histogram(Metric.INTAKE_BATCH);
    commit = meters.histogram(Metric.INTAKE_COMMIT_DURATION);
    // A rate needs the zero before the first one.
    refused.add(0, QUEUE_FULL);
    refused.add(0, NOT_WRITTEN);
  }

  /** Where to ask how many events wait for a commit. */
  void waiting(IntSupplier count) {
    meters.gauge(Metric.INTAKE_WAITING, gauge -> gauge.record(count.getAsInt()));
  }

  /** A batch is committed; those that repeat an earlier push are not counted again. */
  void committed(List<IdentifiedEvent> events, List<IntakeResult> results, Duration duration) {
    batch.record(events.size());
    commit.record((double) duration.toNanos() / NANOS);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      if (results.get(i) instanceof IntakeResult.Committed done && !done.event().duplicate()) {
        counts.merge(events.get(i).event().namespace(), 1, Integer::sum);
        fanOut.record(done.event().webhookIds().size());
      }
    }
    counts.forEach((namespace, count) -> accepted.add(count, namespaces.of(namespace)));
  }

  /** Events were not accepted. */
  void refused(int events, Throwable failure) {
    refused.add(events, failure instanceof QueueFullException ? QUEUE_FULL : NOT_WRITTEN);
  }
}
