package io.httpqueue.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Exports spans under the eyes of a {@link CollectorWatch}, and opens and closes their gate. */
record WatchedSpanExporter(SpanExporter exporter, CollectorWatch watch, SpanGate gate)
    implements SpanExporter {

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode export = exporter.export(spans);
    export.whenComplete(() -> gate.exported(export.isSuccess()));
    return watch.watch(export);
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
