package io.httpqueue.example;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.DeliveryAttempt;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers the demo's calls over a real socket: a delivery is RETRYING once, then as told. */
final class FakeHttpQueue extends WebhookServiceGrpc.WebhookServiceImplBase
    implements ServerInterceptor, AutoCloseable {
  static final String WEBHOOK = "0193598e-0000-7000-8000-000000000001";

  final List<PushEventRequest> pushed = Collections.synchronizedList(new ArrayList<>());
  final List<String> unregistered = Collections.synchronizedList(new ArrayList<>());
  final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger looks = new AtomicInteger();
  private final WebhookDeliveryStatus end;
  private final Server server;

  FakeHttpQueue(WebhookDeliveryStatus end) throws IOException {
    this.end = end;
    this.server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .intercept(this)
            .build()
            .start();
  }

  String target() {
    return "localhost:" + server.getPort();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    authorizations.add(
        headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
    return next.startCall(call, headers);
  }

  @Override
  public void registerWebhook(
      RegisterWebhookRequest request, StreamObserver<RegisterWebhookResponse> caller) {
    if (request.getNamespace().equals("not allowed")) {
      caller.onError(
          Status.INVALID_ARGUMENT.withDescription("1 field is wrong").asRuntimeException());
      return;
    }
    if (request.getNamespace().equals("locked")) {
      caller.onError(Status.UNAUTHENTICATED.withDescription("no key").asRuntimeException());
      return;
    }
    answer(caller, RegisterWebhookResponse.newBuilder().setWebhookId(WEBHOOK).build());
  }

  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> caller) {
    pushed.add(request);
    answer(
        caller, PushEventResponse.newBuilder().setEventId("event").setWebhooksTriggered(1).build());
  }

  @Override
  public void getWebhookStatus(
      GetWebhookStatusRequest request, StreamObserver<GetWebhookStatusResponse> caller) {
    var delivery =
        WebhookDelivery.newBuilder()
            .setDeliveryId("delivery")
            .setWebhookId(WEBHOOK)
            .setMaxAttempts(15)
            .addAttempts(attempt(1, 503, "told to fail"));
    if (looks.getAndIncrement() == 0) {
      delivery.setStatus(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING).setAttemptCount(1);
    } else {
      delivery.setStatus(end).setAttemptCount(2).addAttempts(attempt(2, 200, "taken"));
    }
    answer(caller, GetWebhookStatusResponse.newBuilder().addDeliveries(delivery).build());
  }

  @Override
  public void unregisterWebhook(
      UnregisterWebhookRequest request, StreamObserver<UnregisterWebhookResponse> caller) {
    unregistered.add(request.getWebhookId());
    answer(caller, UnregisterWebhookResponse.newBuilder().setSuccess(true).build());
  }

  private static DeliveryAttempt.Builder attempt(int number, int code, String body) {
    return DeliveryAttempt.newBuilder()
        .setNumber(number)
        .setStartedAtMs(1_700_000_000_000L)
        .setDurationMs(3)
        .setResponseCode(code)
        .setResponseBody(body);
  }

  private static <T> void answer(StreamObserver<T> caller, T message) {
    caller.onNext(message);
    caller.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
