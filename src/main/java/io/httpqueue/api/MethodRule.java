package io.httpqueue.api;

import io.grpc.MethodDescriptor;
import io.httpqueue.access.Permission;
import java.util.function.Function;

/**
 * What one method needs of its caller.
 *
 * @param namespaceOfRequest of a request that names the one it is about; empty if it names none
 */
record MethodRule(
    String method, Permission permission, Function<Object, String> namespaceOfRequest) {

  /** The namespace stands in the request: it is checked before the service is reached. */
  static <Q> MethodRule byNamespace(
      MethodDescriptor<Q, ?> method, Permission permission, Function<Q, String> namespace) {
    // The interceptor hands over what the method's own parser made.
    @SuppressWarnings("unchecked")
    Function<Object, String> ofRequest = request -> namespace.apply((Q) request);
    return new MethodRule(name(method), permission, ofRequest);
  }

  /** The request has an id alone: the service asks {@link Caller#visible} for what it names. */
  static MethodRule byId(MethodDescriptor<?, ?> method, Permission permission) {
    return new MethodRule(name(method), permission, _ -> "");
  }

  /** The service asks {@link Caller#admitPush} for each event. */
  static MethodRule byEvent(MethodDescriptor<?, ?> method) {
    return new MethodRule(name(method), Permission.PUSH, _ -> "");
  }

  boolean changes() {
    return permission == Permission.CHANGE;
  }

  static String name(MethodDescriptor<?, ?> method) {
    String name = method.getBareMethodName();
    if (name == null) {
      throw new IllegalArgumentException(method.getFullMethodName() + " has no name");
    }
    return name;
  }
}
