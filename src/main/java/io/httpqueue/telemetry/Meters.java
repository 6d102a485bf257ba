package io.httpqueue.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * Makes the instruments of HTTPQueue's own metrics, with the name, unit and description that {@link
 * Metric} gives them. Thread-safe, as are the instruments; they are made once and kept by who
 * records with them.
 */
@Component
public class Meters {

  /** The instrumentation scope of all that is HTTPQueue's own. */
  public static final String SCOPE = "io.httpqueue";

  private final Meter meter;

  Meters(OpenTelemetry telemetry) {
    this.meter = telemetry.getMeter(SCOPE);
  }

  /** What only rises. */
  public LongCounter counter(Metric metric) {
    check(metric, Metric.Kind.COUNTER);
    return meter
        .counterBuilder(metric.key())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .build();
  }

  /** A distribution, of seconds or of counts. */
  public DoubleHistogram histogram(Metric metric) {
    check(metric, Metric.Kind.HISTOGRAM);
    return meter
        .histogramBuilder(metric.key())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .build();
  }

  /** What is read at each export, at most every few seconds; the callback must not block long. */
  public AutoCloseable gauge(Metric metric, Consumer<ObservableDoubleMeasurement> callback) {
    check(metric, Metric.Kind.GAUGE);
    return meter
        .gaugeBuilder(metric.key())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .buildWithCallback(callback);
  }

  /** One attribute. */
  public static Attributes attributes(Label label, String value) {
    return Attributes.of(label.key(), value);
  }

  /** Two attributes. */
  public static Attributes attributes(Label first, String one, Label second, String two) {
    return Attributes.of(first.key(), one, second.key(), two);
  }

  private static void check(Metric metric, Metric.Kind kind) {
    if (metric.kind() != kind) {
      throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a " + kind);
    }
  }
}
