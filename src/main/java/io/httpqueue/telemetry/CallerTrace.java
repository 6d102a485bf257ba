package io.httpqueue.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * The caller's own trace, where it has one that is not recorded: it is handed on to the receivers
 * all the same, so that their logs and the caller's have an id in common.
 */
public final class CallerTrace {

  private static final ContextKey<String> KEY = ContextKey.named("httpqueue-caller-traceparent");

  private CallerTrace() {}

  /**
   * Notes the header that came with a call, if it is one. Of a later version only what this one
   * knows is handed on: the rest may be of any length.
   *
   * @param traceparent as received; null for none
   */
  public static Context note(Context context, @Nullable String traceparent) {
    SpanContext caller =
        traceparent == null ? SpanContext.getInvalid() : Traceparent.parse(traceparent);
    return caller.isValid() ? context.with(KEY, Traceparent.format(caller)) : context;
  }

  static @Nullable String of(Context context) {
    return context.get(KEY);
  }
}
