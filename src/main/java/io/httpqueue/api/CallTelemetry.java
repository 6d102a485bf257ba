package io.httpqueue.api;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.httpqueue.telemetry.CallerTrace;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import net.devh.boot.grpc.server.interceptor.GrpcGlobalServerInterceptor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * A span and a duration for each call, by OpenTelemetry's conventions for rpc. Health checks come
 * every few seconds and tell nothing; they have neither.
 */
@GrpcGlobalServerInterceptor
@Order(Ordered.HIGHEST_PRECEDENCE)
class CallTelemetry implements ServerInterceptor {

  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final String HEALTH = "grpc.health.v1.Health";

  private final ServerInterceptor telemetry;

  CallTelemetry(OpenTelemetry openTelemetry) {
    this.telemetry = GrpcTelemetry.create(openTelemetry).createServerInterceptor();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    Context context = CallerTrace.note(Context.current(), headers.get(TRACEPARENT));
    try (Scope _ = context.makeCurrent()) {
      return telemetry.interceptCall(call, headers, next);
    }
  }
}
