package io.httpqueue.bench;

import java.util.Map;

/** What the servers of a run tell about themselves. */
enum Telemetry {
  /** What they do unless told otherwise; no collector is there. */
  USUAL,
  /** Nothing. */
  NONE,
  /** Metrics, and no trace. */
  METRICS,
  /** Metrics, and a trace of every event. */
  TRACES;

  /** The settings for it, with a collector that takes everything. */
  Map<String, String> settings(String collector) {
    return switch (this) {
      case USUAL -> Map.of();
      case NONE -> Map.of("OTEL_SDK_DISABLED", "true");
      case METRICS ->
          Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector, "OTEL_TRACE_SAMPLE_RATE", "0.0");
      case TRACES ->
          Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector, "OTEL_TRACE_SAMPLE_RATE", "1.0");
    };
  }
}
