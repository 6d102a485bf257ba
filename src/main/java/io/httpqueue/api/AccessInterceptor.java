package io.httpqueue.api;

import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.httpqueue.access.Authentication;
import io.httpqueue.access.PushLimits;
import java.util.Locale;
import net.devh.boot.grpc.server.interceptor.GrpcGlobalServerInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Finds out who calls and whether their role allows the method, and makes them the {@link Caller}
 * of the call. Everything needs a key but health. The outermost of the interceptors, so that it
 * sees how each call ends.
 */
@GrpcGlobalServerInterceptor
@Order(Ordered.HIGHEST_PRECEDENCE)
class AccessInterceptor implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "bearer ";

  private final Authentication authentication;
  private final PushLimits pushLimits;
  private final ErrorStatuses errors;
  private final AuditLog audit = new AuditLog();

  AccessInterceptor(Authentication authentication, PushLimits pushLimits, ErrorStatuses errors) {
    this.authentication = authentication;
    this.pushLimits = pushLimits;
    this.errors = errors;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    MethodRule rule = MethodRules.find(call.getMethodDescriptor()).orElse(null);
    AuditedCall<Q, A> audited = new AuditedCall<>(call, rule);
    try {
      Caller caller = identify(headers);
      audited.caller = caller;
      if (rule != null) {
        caller.require(rule.permission(), rule.method());
      }
      return Contexts.interceptCall(caller.context(), audited, headers, next);
    } catch (RuntimeException e) {
      var _ = audited.refuse(e);
      return new ServerCall.Listener<>() {};
    }
  }

  private Caller identify(Metadata headers) {
    if (!authentication.isRequired()) {
      return Caller.unauthenticated(pushLimits);
    }
    @Nullable String text = key(headers);
    return Caller.authenticated(() -> authentication.authenticate(text), pushLimits);
  }

  /**
   * The key that a call shows, by RFC 6750; the scheme's name in any case. Null if there is none.
   */
  static @Nullable String key(Metadata headers) {
    String header = headers.get(AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return null;
    }
    return header.substring(SCHEME.length()).strip();
  }

  /** Tells the audit how it ended, and sends nothing to a stream whose key has ended. */
  private final class AuditedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final @Nullable MethodRule rule;
    private volatile @Nullable Caller caller;
    private volatile boolean closed;

    AuditedCall(ServerCall<Q, A> call, @Nullable MethodRule rule) {
      super(call);
      this.rule = rule;
    }

    @Override
    public void sendMessage(A message) {
      Caller known = caller;
      if (!closed && known != null && !getMethodDescriptor().getType().serverSendsOneMessage()) {
        try {
          known.confirm();
        } catch (RuntimeException e) {
          // Thrown as well, so that what feeds the stream ends.
          throw refuse(e);
        }
      }
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed) {
        return;
      }
      closed = true;
      audit.record(caller, rule, getMethodDescriptor().getFullMethodName(), status);
      super.close(status, trailers);
    }

    StatusRuntimeException refuse(RuntimeException reason) {
      StatusRuntimeException status = errors.of(reason, getMethodDescriptor().getFullMethodName());
      @Nullable Metadata trailers = status.getTrailers();
      close(status.getStatus(), trailers == null ? new Metadata() : trailers);
      return status;
    }
  }
}
