package io.httpqueue.telemetry;

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
   * Notes the header that came with a call, if it is one.
   *
   * @param traceparent as received; null for none
   */
  public static Context note(Context context, @Nullable String traceparent) {
    return traceparent != null && Traceparent.parse(traceparent).isValid()
        ? context.with(KEY, traceparent)
        : context;
  }

  static @Nullable String of(Context context) {
    return context.get(KEY);
  }
}
