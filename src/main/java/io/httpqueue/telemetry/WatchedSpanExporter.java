package io.httpqueue.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Exports spans under the eyes of a {@link CollectorWatch}. */
record WatchedSpanExporter(SpanExporter exporter, CollectorWatch watch) implements SpanExporter {

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return watch.watch(exporter.export(spans));
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
