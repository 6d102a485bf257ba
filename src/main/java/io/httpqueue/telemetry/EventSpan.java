package io.httpqueue.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event from its push to its commit. Does nothing where the trace is not recorded. */
public final class EventSpan {

  /** Of an event that no call on this server pushed. */
  public static final EventSpan NONE = new EventSpan(null, null, null);

  private final @Nullable Traces traces;
  private final @Nullable Context context;
  private final @Nullable String traceparent;

  EventSpan(@Nullable Traces traces, @Nullable Context context, @Nullable String traceparent) {
    this.traces = traces;
    this.context = context;
    this.traceparent = traceparent;
  }

  /** What is stored with the event, to go on from later; null where there is no trace. */
  public @Nullable String traceparent() {
    return traceparent;
  }

  /** Whether anything is recorded, so that times are worth taking. */
  public boolean isRecorded() {
    return context != null;
  }

  /**
   * The event is committed.
   *
   * @param from when its commit began
   * @param to when it was done
   * @param batch how many events shared it
   */
  public void committed(Instant from, Instant to, int batch) {
    if (context != null && traces != null) {
      traces.commit(context, from, to, batch);
      Span.fromContext(context).end();
    }
  }

  /** The event was not accepted. */
  public void failed(Throwable failure) {
    if (context != null) {
      Span.fromContext(context)
          .setStatus(StatusCode.ERROR)
          .setAttribute(Label.ERROR_TYPE.key(), failure.getClass().getSimpleName())
          .end();
    }
  }
}
