package io.httpqueue.telemetry;

import io.opentelemetry.api.trace.SpanKind;

/**
 * Every span of HTTPQueue's own, as {@code docs/observability.md} lists it; the call itself is a
 * span of OpenTelemetry's gRPC instrumentation. Names follow the conventions for messaging,
 * databases and HTTP.
 */
public enum SpanName {
  PUBLISH(
      "publish {namespace}",
      SpanKind.PRODUCER,
      "An event, from the push to the answer. Its context is stored with the event"),
  COMMIT("INSERT event", SpanKind.CLIENT, "The commit that holds the event, shared with others"),
  FAN_OUT("fan_out {namespace}", SpanKind.CONSUMER, "The commit that makes the event's deliveries"),
  ATTEMPT(
      "POST",
      SpanKind.CLIENT,
      "One attempt, however long after the push; its context goes to the receiver as traceparent");

  private final String pattern;
  private final SpanKind kind;
  private final String description;

  SpanName(String pattern, SpanKind kind, String description) {
    this.pattern = pattern;
    this.kind = kind;
    this.description = description;
  }

  /** Its name, with the parts that vary in braces. */
  public String pattern() {
    return pattern;
  }

  public SpanKind kind() {
    return kind;
  }

  public String description() {
    return description;
  }

  String in(String namespace) {
    return pattern.replace("{namespace}", namespace);
  }
}
