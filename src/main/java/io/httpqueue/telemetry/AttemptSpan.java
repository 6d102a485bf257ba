package io.httpqueue.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One attempt. Does nothing where the trace is not recorded. For one thread. */
public final class AttemptSpan {

  /**
   * What is attempted.
   *
   * @param attempt 1 for the first
   */
  public record Subject(UUID eventId, UUID deliveryId, UUID webhookId, int attempt, URI url) {}

  static final AttributeKey<Long> STATUS_CODE = AttributeKey.longKey("http.response.status_code");

  private final @Nullable Span span;
  private final @Nullable String traceparent;

  AttemptSpan(@Nullable Span span, @Nullable String traceparent) {
    this.span = span;
    this.traceparent = span == null ? traceparent : Traceparent.format(span.getSpanContext());
  }

  /** The value of the header of that name; null where there is no trace. */
  public @Nullable String traceparent() {
    return traceparent;
  }

  /** For what is measured of it, so that a graph leads here; the root where nothing is recorded. */
  public Context context() {
    return span == null ? Context.root() : Context.root().with(span);
  }

  /**
   * The attempt is over.
   *
   * @param status HTTP status; 0 where no answer came
   * @param errorType the class of error; null on success
   */
  public void end(int status, @Nullable String errorType) {
    if (span == null) {
      return;
    }
    if (status > 0) {
      span.setAttribute(STATUS_CODE, (long) status);
    }
    if (errorType != null) {
      span.setAttribute(Label.ERROR_TYPE.key(), errorType).setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
