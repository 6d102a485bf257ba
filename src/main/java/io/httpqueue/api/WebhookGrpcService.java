package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.CancelDeliveryRequest;
import io.httpqueue.api.v1.CancelDeliveryResponse;
import io.httpqueue.api.v1.CancelReplayRequest;
import io.httpqueue.api.v1.CancelReplayResponse;
import io.httpqueue.api.v1.GetDeliveryRequest;
import io.httpqueue.api.v1.GetDeliveryResponse;
import io.httpqueue.api.v1.GetReplayRequest;
import io.httpqueue.api.v1.GetReplayResponse;
import io.httpqueue.api.v1.GetStatsRequest;
import io.httpqueue.api.v1.GetStatsResponse;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.ListDeliveriesRequest;
import io.httpqueue.api.v1.ListDeliveriesResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.ReplayEventsResponse;
import io.httpqueue.api.v1.RetryDeliveryRequest;
import io.httpqueue.api.v1.RetryDeliveryResponse;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.WatchDeliveriesRequest;
import io.httpqueue.api.v1.WatchDeliveriesResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.event.EventIntake;
import io.httpqueue.webhook.WebhookId;
import java.util.concurrent.Executor;
import net.devh.boot.grpc.server.service.GrpcService;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code httpqueue.v1.WebhookService}. Its methods run on virtual threads; what they
 * throw is answered by {@link ErrorInterceptor}. Thread-safe.
 */
@GrpcService
class WebhookGrpcService implements WebhookServiceGrpc.AsyncService, BindableService {

  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

  private final EventIntake intake;
  private final PushEventRules pushEventRules = new PushEventRules();
  private final WebhookRegistrations registrations;
  private final DeliveryStatusReader statuses;
  private final DeliveryOperations deliveries;
  private final ReplayOperations replays;
  private final StatsReader stats;
  private final WatchCalls watches;
  private final ErrorStatuses errors;

  WebhookGrpcService(
      EventIntake intake,
      WebhookRegistrations registrations,
      DeliveryStatusReader statuses,
      DeliveryOperations deliveries,
      ReplayOperations replays,
      StatsReader stats,
      WatchCalls watches,
      ErrorStatuses errors) {
    this.intake = intake;
    this.registrations = registrations;
    this.statuses = statuses;
    this.deliveries = deliveries;
    this.replays = replays;
    this.stats = stats;
    this.watches = watches;
    this.errors = errors;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return RequestCheck.serve(WebhookServiceGrpc.bindService(this));
  }

  @Override
  public void registerWebhook(
      RegisterWebhookRequest request, StreamObserver<RegisterWebhookResponse> answer) {
    answer.onNext(registrations.register(request));
    answer.onCompleted();
  }

  @Override
  public void unregisterWebhook(
      UnregisterWebhookRequest request, StreamObserver<UnregisterWebhookResponse> answer) {
    answer.onNext(registrations.unregister(request));
    answer.onCompleted();
  }

  @Override
  public void rotateSecret(
      RotateSecretRequest request, StreamObserver<RotateSecretResponse> answer) {
    answer.onNext(registrations.rotate(request));
    answer.onCompleted();
  }

  @Override
  public void listWebhooks(
      ListWebhooksRequest request, StreamObserver<ListWebhooksResponse> answer) {
    answer.onNext(registrations.list(request));
    answer.onCompleted();
  }

  @Override
  public void getWebhookStatus(
      GetWebhookStatusRequest request, StreamObserver<GetWebhookStatusResponse> answer) {
    answer.onNext(statuses.read(request));
    answer.onCompleted();
  }

  @Override
  public void getDelivery(GetDeliveryRequest request, StreamObserver<GetDeliveryResponse> answer) {
    answer.onNext(deliveries.get(request));
    answer.onCompleted();
  }

  @Override
  public void listDeliveries(
      ListDeliveriesRequest request, StreamObserver<ListDeliveriesResponse> answer) {
    answer.onNext(deliveries.list(request));
    answer.onCompleted();
  }

  @Override
  public void retryDelivery(
      RetryDeliveryRequest request, StreamObserver<RetryDeliveryResponse> answer) {
    answer.onNext(deliveries.retry(request));
    answer.onCompleted();
  }

  @Override
  public void cancelDelivery(
      CancelDeliveryRequest request, StreamObserver<CancelDeliveryResponse> answer) {
    answer.onNext(deliveries.cancel(request));
    answer.onCompleted();
  }

  @Override
  public void replayEvents(
      ReplayEventsRequest request, StreamObserver<ReplayEventsResponse> answer) {
    answer.onNext(replays.begin(request));
    answer.onCompleted();
  }

  @Override
  public void getReplay(GetReplayRequest request, StreamObserver<GetReplayResponse> answer) {
    answer.onNext(replays.get(request));
    answer.onCompleted();
  }

  @Override
  public void cancelReplay(
      CancelReplayRequest request, StreamObserver<CancelReplayResponse> answer) {
    answer.onNext(replays.cancel(request));
    answer.onCompleted();
  }

  @Override
  public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> answer) {
    answer.onNext(stats.read(request));
    answer.onCompleted();
  }

  @Override
  public void watchDeliveries(
      WatchDeliveriesRequest request, StreamObserver<WatchDeliveriesResponse> answer) {
    watches.begin(request, (ServerCallStreamObserver<WatchDeliveriesResponse>) answer);
  }

  /** Holds no thread while the commit runs, and none of the intake's for the answer. */
  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    if (answer instanceof ServerCallStreamObserver<?> call) {
      // With a handler set, answering a call that was cancelled meanwhile is no error.
      call.setOnCancelHandler(() -> {});
    }
    Caller.current().admitPush(request.getNamespace());
    var _ =
        intake
            .accept(pushEventRules.read(request))
            .whenCompleteAsync((event, failure) -> answer(answer, event, failure), VIRTUAL_THREADS);
  }

  private void answer(
      StreamObserver<PushEventResponse> answer,
      @Nullable AcceptedEvent event,
      @Nullable Throwable failure) {
    if (event == null || failure != null) {
      Throwable cause = failure == null ? new IllegalStateException("no event") : failure;
      answer.onError(errors.of(cause, WebhookServiceGrpc.getPushEventMethod().getFullMethodName()));
      return;
    }
    PushEventResponse.Builder response =
        PushEventResponse.newBuilder()
            .setEventId(event.id().toString())
            .setWebhooksTriggered(event.webhookIds().size())
            .setSuccess(true)
            .setMessage("Event accepted");
    for (WebhookId webhook : event.webhookIds()) {
      response.addWebhookIds(webhook.toString());
    }
    answer.onNext(response.build());
    answer.onCompleted();
  }
}
