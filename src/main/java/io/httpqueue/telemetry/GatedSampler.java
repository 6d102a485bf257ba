package io.httpqueue.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Samples as another does, but for traces that a {@link SpanGate} keeps back; what has begun here
 * is recorded to its end.
 */
record GatedSampler(Sampler sampler, SpanGate gate) implements Sampler {

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    SamplingResult result = sampler.shouldSample(parent, traceId, name, kind, attributes, links);
    return result.getDecision() == SamplingDecision.DROP || isRecordedHere(parent) || gate.lets()
        ? result
        : SamplingResult.drop();
  }

  private static boolean isRecordedHere(Context context) {
    SpanContext parent = Span.fromContext(context).getSpanContext();
    return parent.isSampled() && !parent.isRemote();
  }

  @Override
  public String getDescription() {
    return "while a collector takes spans: " + sampler.getDescription();
  }
}
