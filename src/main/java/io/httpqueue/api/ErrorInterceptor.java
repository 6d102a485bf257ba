package io.httpqueue.api;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import net.devh.boot.grpc.server.interceptor.GrpcGlobalServerInterceptor;
import org.jspecify.annotations.Nullable;

/** Answers what a handler throws. */
@GrpcGlobalServerInterceptor
class ErrorInterceptor implements ServerInterceptor {

  private final ErrorStatuses errors;

  ErrorInterceptor(ErrorStatuses errors) {
    this.errors = errors;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Call<Q, A> guarded = new Call<>(call);
    return new Listener<>(guarded, next.startCall(guarded, headers));
  }

  /** Knows whether it was closed. Its callbacks never run at the same time. */
  private static final class Call<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private volatile boolean closed;

    Call(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      super.close(status, trailers);
    }
  }

  private final class Listener<Q, A> extends SimpleForwardingServerCallListener<Q> {

    private final Call<Q, A> call;

    Listener(Call<Q, A> call, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    // Whatever a handler throws is to be answered; errors of the JVM are logged as internal ones.
    @SuppressWarnings("CatchingUnchecked")
    private void guard(Runnable callback) {
      if (call.closed) {
        return;
      }
      try {
        callback.run();
      } catch (Exception | Error e) {
        close(e);
      }
    }

    private void close(Throwable failure) {
      StatusRuntimeException status =
          errors.of(failure, call.getMethodDescriptor().getFullMethodName());
      if (!call.closed && !call.isCancelled()) {
        @Nullable Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
      }
    }
  }
}
