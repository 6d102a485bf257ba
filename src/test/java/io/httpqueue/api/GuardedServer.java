package io.httpqueue.api;

import static io.httpqueue.api.MethodCalls.bearer;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.CreatedKey;
import io.httpqueue.access.NamespaceScope;
import io.httpqueue.access.NewApiKey;
import io.httpqueue.access.Role;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import java.util.List;

/** A server that asks for keys, and what calls it with them. */
final class GuardedServer implements AutoCloseable {

  private final ApiServer server;
  private final ApiKeys keys;

  GuardedServer(String... settings) {
    String[] all = java.util.Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = "httpqueue.access.authentication=required";
    server = new ApiServer(all);
    keys = server.server().part(ApiKeys.class);
  }

  ApiServer server() {
    return server;
  }

  ApiKeys keys() {
    return keys;
  }

  /** Makes a key for these namespaces; for all where none is given. */
  CreatedKey make(Role role, String... namespaces) {
    NamespaceScope scope =
        namespaces.length == 0 ? NamespaceScope.ALL : NamespaceScope.of(List.of(namespaces));
    return keys.create(new NewApiKey("", role, scope, null, null));
  }

  WebhookServiceBlockingStub stub(String key) {
    return server.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(key)));
  }

  static String register(WebhookServiceBlockingStub stub, String namespace) {
    return stub.registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addEvents("*")
                .setUrl("http://127.0.0.1:1/")
                .build())
        .getWebhookId();
  }

  static GetWebhookStatusRequest status(String event) {
    return GetWebhookStatusRequest.newBuilder().setEventId(event).build();
  }

  static ListWebhooksRequest list(String namespace) {
    return ListWebhooksRequest.newBuilder().setNamespace(namespace).build();
  }

  static PushEventRequest push(String namespace) {
    return PushEventRequest.newBuilder()
        .setNamespace(namespace)
        .setEvent("e")
        .setPayload("{}")
        .build();
  }

  static Status.Code code(Runnable call) {
    StatusRuntimeException failure = failure(call);
    return failure == null ? Status.Code.OK : failure.getStatus().getCode();
  }

  static StatusRuntimeException failure(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  @Override
  public void close() {
    server.close();
  }
}
