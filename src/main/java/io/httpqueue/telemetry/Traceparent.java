package io.httpqueue.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a span's context, as it is stored and sent. Source: W3C Trace Context, level 1.
 */
final class Traceparent {

  static final String HEADER = "traceparent";

  private static final TextMapGetter<String> ITSELF =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(HEADER) ? carrier : null;
        }
      };

  private Traceparent() {}

  static String format(SpanContext context) {
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
  }

  /** The context; an invalid one where the text is none. */
  static SpanContext parse(String text) {
    return Span.fromContext(
            W3CTraceContextPropagator.getInstance().extract(Context.root(), text, ITSELF))
        .getSpanContext();
  }
}
