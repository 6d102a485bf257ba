package io.httpqueue.telemetry;

import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The metrics for Prometheus to fetch, as text or, where it asks for native histograms, as
 * protobuf. Thread-safe.
 */
public final class Scrape {

  private final @Nullable PrometheusMetricReader reader;

  Scrape(boolean enabled) {
    this.reader = enabled ? PrometheusMetricReader.create() : null;
  }

  Optional<PrometheusMetricReader> reader() {
    return Optional.ofNullable(reader);
  }

  /** Answers a scrape; empty where it is off. */
  public Optional<HttpHandler> handler() {
    return reader().map(Scrape::handler);
  }

  private static HttpHandler handler(PrometheusMetricReader reader) {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(reader);
    return new MetricsHandler(registry);
  }
}
