package io.httpqueue.example;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The calls of the demo, each within ten seconds, with errors that a person can act on. */
final class HttpQueueClient implements AutoCloseable {
  private static final long CALL_SECONDS = 10;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final String target;
  private final ManagedChannel channel;

  /**
   * Connects to it; without TLS, which is for a server on the same machine.
   *
   * @param apiKey sent with each call; empty for a server that needs none
   */
  HttpQueueClient(String target, String apiKey) {
    this.target = target;
    var headers = new Metadata();
    if (!apiKey.isEmpty()) {
      headers.put(AUTHORIZATION, "Bearer " + apiKey);
    }
    this.channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
  }

  String register(RegisterWebhookRequest webhook) throws DemoFailure {
    return call(stub -> stub.registerWebhook(webhook)).getWebhookId();
  }

  void unregister(String webhookId) throws DemoFailure {
    var request = UnregisterWebhookRequest.newBuilder().setWebhookId(webhookId).build();
    call(stub -> stub.unregisterWebhook(request));
  }

  PushEventResponse push(PushEventRequest event) throws DemoFailure {
    return call(stub -> stub.pushEvent(event));
  }

  /**
   * The deliveries of one event with their attempts. They may take a moment to appear after the
   * push.
   */
  List<WebhookDelivery> deliveries(String eventId) throws DemoFailure {
    var request =
        GetWebhookStatusRequest.newBuilder().setEventId(eventId).setIncludeAttempts(true).build();
    return call(stub -> stub.getWebhookStatus(request)).getDeliveriesList();
  }

  private <T> T call(Function<WebhookServiceBlockingStub, T> method) throws DemoFailure {
    var stub =
        WebhookServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    try {
      return method.apply(stub);
    } catch (StatusRuntimeException e) {
      throw new DemoFailure(explain(e));
    }
  }

  private String explain(StatusRuntimeException e) {
    Status status = e.getStatus();
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          isRefused(e)
              ? "No HTTPQueue answers at " + target + ". Start one with: make run"
              : "HTTPQueue at " + target + " cannot be reached: " + words(status);
      case DEADLINE_EXCEEDED ->
          "HTTPQueue at " + target + " did not answer within " + CALL_SECONDS + " seconds";
      case UNIMPLEMENTED -> target + " answers gRPC, but is not an HTTPQueue: " + words(status);
      case UNAUTHENTICATED ->
          "HTTPQueue at "
              + target
              + " wants an API key in HTTPQUEUE_API_KEY: "
              + words(status)
              + ". To make one: keys create --role admin --namespace demo";
      case INVALID_ARGUMENT -> "HTTPQueue refused the call: " + words(status) + violations(e);
      default -> "The call to " + target + " ended with " + status.getCode() + ": " + words(status);
    };
  }

  private static boolean isRefused(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }

  private static String words(Status status) {
    return status.getDescription() == null ? status.getCode().name() : status.getDescription();
  }

  private static String violations(StatusRuntimeException e) {
    var text = new StringBuilder();
    var details = StatusProto.fromThrowable(e);
    for (Any detail : details == null ? List.<Any>of() : details.getDetailsList()) {
      if (detail.is(BadRequest.class)) {
        try {
          for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            text.append("%n  %s: %s".formatted(violation.getField(), violation.getDescription()));
          }
        } catch (InvalidProtocolBufferException broken) {
          text.append(" (its details cannot be read)");
        }
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
