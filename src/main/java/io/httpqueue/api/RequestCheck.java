package io.httpqueue.api;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;

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
    return ServerInterceptors.useMarshalledMessages(
        ServerInterceptors.intercept(service, new RequestCheck()), new Encoded());
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

  /**
   * Messages as they are on the wire, handed on as they come: what gRPC itself would put around
   * them is two buffers of 8 KiB for each answer.
   */
  private static final class Encoded implements MethodDescriptor.Marshaller<InputStream> {

    @Override
    public InputStream stream(InputStream message) {
      return message;
    }

    @Override
    public InputStream parse(InputStream message) {
      return message;
    }
  }
}
