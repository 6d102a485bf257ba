package io.httpqueue.delivery;

import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Counts what becomes of deliveries, for the operators of all webhooks together. The attributes are
 * made once: recording costs no allocation. Thread-safe.
 */
@Component
class DeliveryMetrics {

  private static final double NANOS = 1e9;

  private final DoubleHistogram attemptDuration;
  private final DoubleHistogram endToEnd;
  private final LongCounter ended;
  private final LongCounter retries;
  private final DoubleHistogram batch;
  private final DoubleHistogram commit;

  private final Attributes attemptSucceeded = Meters.attributes(Label.RESULT, "success");
  private final Map<ErrorClass, Attributes> attemptFailed = new EnumMap<>(ErrorClass.class);
  private final Map<ErrorClass, Attributes> retried = new EnumMap<>(ErrorClass.class);
  private final Map<DeliveryStatus, Attributes> endedAs = new EnumMap<>(DeliveryStatus.class);
  private final Map<ErrorClass, Attributes> failedWith = new EnumMap<>(ErrorClass.class);

  DeliveryMetrics(Meters meters) {
    attemptDuration = meters.histogram(Metric.DELIVERY_ATTEMPT_DURATION);
    endToEnd = meters.histogram(Metric.DELIVERY_END_TO_END_DURATION);
    ended = meters.counter(Metric.DELIVERIES_ENDED);
    retries = meters.counter(Metric.DELIVERY_RETRIES);
    batch = meters.histogram(Metric.OUTCOME_BATCH);
    commit = meters.histogram(Metric.OUTCOME_COMMIT_DURATION);
    for (ErrorClass error : ErrorClass.values()) {
      String type = type(error);
      attemptFailed.put(error, Meters.attributes(Label.RESULT, "failure", Label.ERROR_TYPE, type));
      retried.put(error, Meters.attributes(Label.ERROR_TYPE, type));
      failedWith.put(error, Meters.attributes(Label.OUTCOME, "failed", Label.ERROR_TYPE, type));
    }
    for (DeliveryStatus status : DeliveryStatus.values()) {
      if (status.isEnd()) {
        Attributes outcome =
            Meters.attributes(Label.OUTCOME, status.name().toLowerCase(Locale.ROOT));
        endedAs.put(status, outcome);
        // A rate needs the zero before the first one.
        ended.add(0, outcome);
      }
    }
  }

  /** As the API and the metrics name it. */
  static String type(ErrorClass error) {
    return error.name().toLowerCase(Locale.ROOT);
  }

  /** An attempt has ended, in the trace of the context. */
  void attempt(Duration duration, @Nullable ErrorClass error, Context trace) {
    attemptDuration.record(
        (double) duration.toNanos() / NANOS,
        error == null ? attemptSucceeded : attemptFailed.get(error),
        trace);
  }

  /** A retry is planned. */
  void retry(@Nullable ErrorClass error) {
    if (error != null) {
      retries.add(1, retried.get(error));
    }
  }

  /** A delivery has arrived. */
  void arrived(Duration sinceAccepted, Context trace) {
    endToEnd.record((double) sinceAccepted.toNanos() / NANOS, Attributes.empty(), trace);
  }

  /** Deliveries have ended. */
  void ended(DeliveryStatus status, @Nullable ErrorClass error, long count) {
    Attributes outcome =
        Optional.ofNullable(error)
            .filter(_ -> status == DeliveryStatus.FAILED)
            .map(failedWith::get)
            .orElseGet(() -> endedAs.get(status));
    ended.add(count, outcome);
  }

  /** Outcomes were committed together. */
  void committed(int outcomes, Duration duration) {
    batch.record(outcomes);
    commit.record((double) duration.toNanos() / NANOS);
  }
}
