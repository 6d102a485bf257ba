package io.httpqueue.api;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/**
 * Checks the namespace of each request before the service sees it, and whether the key of a stream
 * is still good.
 */
final class RequestCheck implements ServerInterceptor {

  private RequestCheck() {}

  /**
   * The service as it is to be served. Its requests are parsed inside the interceptors, so that one
   * that does not parse is answered.
   */
  static ServerServiceDefinition serve(ServerServiceDefinition service) {
    return ServerInterceptors.useInputStreamMessages(
        ServerInterceptors.intercept(service, new RequestCheck()));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodRule rule = MethodRules.find(call.getMethodDescriptor()).orElseThrow();
    Caller caller = Caller.current();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q request) {
        caller.confirm();
        String namespace = rule.namespaceOfRequest().apply(request);
        if (!namespace.isEmpty()) {
          caller.requireNamespace(namespace);
        }
        super.onMessage(request);
      }
    };
  }
}
