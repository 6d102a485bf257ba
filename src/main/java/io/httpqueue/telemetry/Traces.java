package io.httpqueue.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The spans of an event on its way: one trace from the caller's push to the receiver's work. No
 * span stays open while an event waits; those that come later have the context that was stored with
 * the event as their parent. Where a trace is not recorded no span is made. Thread-safe.
 */
@Component
public class Traces {

  static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
  static final AttributeKey<Long> BATCH_COUNT =
      AttributeKey.longKey("messaging.batch.message_count");
  static final AttributeKey<String> EVENT_NAME = AttributeKey.stringKey("httpqueue.event.name");
  static final AttributeKey<String> DATABASE_SYSTEM = AttributeKey.stringKey("db.system.name");
  static final AttributeKey<String> DATABASE_OPERATION =
      AttributeKey.stringKey("db.operation.name");
  static final AttributeKey<String> DATABASE_TABLE = AttributeKey.stringKey("db.collection.name");
  static final AttributeKey<Long> DATABASE_BATCH = AttributeKey.longKey("db.operation.batch.size");
  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<Long> RESEND_COUNT = AttributeKey.longKey("http.request.resend_count");
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> WEBHOOK_ID = AttributeKey.stringKey("httpqueue.webhook.id");
  static final AttributeKey<String> DELIVERY_ID = AttributeKey.stringKey("httpqueue.delivery.id");

  private static final String SYSTEM = "httpqueue";

  private final Tracer tracer;
  private final boolean recording;
  private final SpanGate gate;

  Traces(OpenTelemetry telemetry, TelemetrySettings settings, SpanGate gate) {
    this.recording = settings.traceSampleRate() > 0;
    this.gate = gate;
    this.tracer = telemetry.getTracer(Meters.SCOPE);
  }

  /**
   * Whether any trace may be recorded here; where none begins, those that callers began are not
   * looked for where that would cost a read.
   */
  public boolean isRecording() {
    return recording && gate.isOpen();
  }

  /** Begins the span of an event that is pushed, below the call on this thread. */
  public EventSpan publish(UUID eventId, String namespace, String eventName) {
    Context caller = Context.current();
    SpanContext call = Span.fromContext(caller).getSpanContext();
    if (!call.isSampled()) {
      return new EventSpan(null, null, CallerTrace.of(caller));
    }
    Span span =
        of(SpanName.PUBLISH, SpanName.PUBLISH.in(namespace), caller)
            .setAttribute(MESSAGING_SYSTEM, SYSTEM)
            .setAttribute(DESTINATION, namespace)
            .setAttribute(OPERATION_NAME, "publish")
            .setAttribute(OPERATION_TYPE, "send")
            .setAttribute(MESSAGE_ID, eventId.toString())
            .setAttribute(EVENT_NAME, eventName)
            .startSpan();
    Context context = caller.with(span);
    return new EventSpan(this, context, Traceparent.format(span.getSpanContext()));
  }

  /** Records the commit that an event was a part of. */
  void commit(Context event, Instant from, Instant to, int batch) {
    of(SpanName.COMMIT, SpanName.COMMIT.pattern(), event)
        .setAttribute(DATABASE_SYSTEM, "postgresql")
        .setAttribute(DATABASE_OPERATION, "INSERT")
        .setAttribute(DATABASE_TABLE, "event")
        .setAttribute(DATABASE_BATCH, (long) batch)
        .setStartTimestamp(from)
        .startSpan()
        .end(to);
  }

  /**
   * Records the making of an event's deliveries.
   *
   * @param traceparent as stored with the event; nothing is recorded for one that is not sampled
   * @param batch how many events shared the commit
   */
  public void fanOut(
      @Nullable String traceparent,
      UUID eventId,
      String namespace,
      Instant from,
      Instant to,
      int batch) {
    recorded(traceparent)
        .ifPresent(
            parent ->
                of(SpanName.FAN_OUT, SpanName.FAN_OUT.in(namespace), parent)
                    .setAttribute(MESSAGING_SYSTEM, SYSTEM)
                    .setAttribute(DESTINATION, namespace)
                    .setAttribute(OPERATION_NAME, "fan_out")
                    .setAttribute(OPERATION_TYPE, "process")
                    .setAttribute(MESSAGE_ID, eventId.toString())
                    .setAttribute(BATCH_COUNT, (long) batch)
                    .setStartTimestamp(from)
                    .startSpan()
                    .end(to));
  }

  /**
   * Begins the span of an attempt.
   *
   * @param traceparent as stored with the event; null for none
   */
  public AttemptSpan attempt(@Nullable String traceparent, AttemptSpan.Subject subject) {
    return recorded(traceparent)
        .map(parent -> begin(parent, subject))
        .filter(Span::isRecording)
        .map(span -> new AttemptSpan(span, traceparent))
        .orElseGet(() -> new AttemptSpan(null, traceparent));
  }

  private Span begin(Context parent, AttemptSpan.Subject subject) {
    String host = subject.url().getHost();
    // Not the whole URL: its path or query may be what authorizes the request.
    return of(SpanName.ATTEMPT, SpanName.ATTEMPT.pattern(), parent)
        .setAttribute(METHOD, "POST")
        .setAttribute(RESEND_COUNT, (long) subject.attempt() - 1)
        .setAttribute(SCHEME, subject.url().getScheme())
        .setAttribute(SERVER_ADDRESS, host == null ? "" : host)
        .setAttribute(SERVER_PORT, (long) subject.url().getPort())
        .setAttribute(MESSAGE_ID, subject.eventId().toString())
        .setAttribute(WEBHOOK_ID, subject.webhookId().toString())
        .setAttribute(DELIVERY_ID, subject.deliveryId().toString())
        .startSpan();
  }

  private Optional<Context> recorded(@Nullable String traceparent) {
    return Optional.ofNullable(traceparent)
        .filter(_ -> gate.isOpen())
        .map(Traceparent::parse)
        .filter(SpanContext::isSampled)
        .map(parent -> Context.root().with(Span.wrap(parent)));
  }

  private SpanBuilder of(SpanName name, String text, Context parent) {
    return tracer.spanBuilder(text).setParent(parent).setSpanKind(name.kind());
  }
}
