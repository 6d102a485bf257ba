package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.CancelDeliveryRequest;
import io.httpqueue.api.v1.CancelDeliveryResponse;
import io.httpqueue.api.v1.CancelReplayRequest;
import io.httpqueue.api.v1.CancelReplayResponse;
import io.httpqueue.api.v1.DeleteEventTypeRequest;
import io.httpqueue.api.v1.DeleteEventTypeResponse;
import io.httpqueue.api.v1.GetDeliveryRequest;
import io.httpqueue.api.v1.GetDeliveryResponse;
import io.httpqueue.api.v1.GetReplayRequest;
import io.httpqueue.api.v1.GetReplayResponse;
import io.httpqueue.api.v1.GetStatsRequest;
import io.httpqueue.api.v1.GetStatsResponse;
import io.httpqueue.api.v1.GetWebhookRequest;
import io.httpqueue.api.v1.GetWebhookResponse;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.ListDeliveriesRequest;
import io.httpqueue.api.v1.ListDeliveriesResponse;
import io.httpqueue.api.v1.ListEventTypesRequest;
import io.httpqueue.api.v1.ListEventTypesResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PauseWebhookResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.PushEventsRequest;
import io.httpqueue.api.v1.PushEventsResponse;
import io.httpqueue.api.v1.PutEventTypeRequest;
import io.httpqueue.api.v1.PutEventTypeResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.ReplayEventsResponse;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookResponse;
import io.httpqueue.api.v1.RetryDeliveryRequest;
import io.httpqueue.api.v1.RetryDeliveryResponse;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.api.v1.TestWebhookRequest;
import io.httpqueue.api.v1.TestWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookResponse;
import io.httpqueue.api.v1.WatchDeliveriesRequest;
import io.httpqueue.api.v1.WatchDeliveriesResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import net.devh.boot.grpc.server.service.GrpcService;

/**
 * The service {@code httpqueue.v1.WebhookService}. Its methods run on the threads that {@link
 * PushThreads} has for each; what they throw is answered by {@link ErrorInterceptor}. Thread-safe.
 */
@GrpcService
class WebhookGrpcService implements WebhookServiceGrpc.AsyncService, BindableService {

  private final EventPushes pushes;
  private final EventTypeRegistrations eventTypes;
  private final WebhookRegistrations registrations;
  private final WebhookReader webhooks;
  private final WebhookTests tests;
  private final DeliveryStatusReader statuses;
  private final DeliveryOperations deliveries;
  private final ReplayOperations replays;
  private final StatsReader stats;
  private final WatchCalls watches;

  WebhookGrpcService(
      EventPushes pushes,
      EventTypeRegistrations eventTypes,
      WebhookRegistrations registrations,
      WebhookReader webhooks,
      WebhookTests tests,
      DeliveryStatusReader statuses,
      DeliveryOperations deliveries,
      ReplayOperations replays,
      StatsReader stats,
      WatchCalls watches) {
    this.pushes = pushes;
    this.eventTypes = eventTypes;
    this.registrations = registrations;
    this.webhooks = webhooks;
    this.tests = tests;
    this.statuses = statuses;
    this.deliveries = deliveries;
    this.replays = replays;
    this.stats = stats;
    this.watches = watches;
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
    answer.onNext(webhooks.list(request));
    answer.onCompleted();
  }

  @Override
  public void getWebhook(GetWebhookRequest request, StreamObserver<GetWebhookResponse> answer) {
    answer.onNext(webhooks.get(request));
    answer.onCompleted();
  }

  @Override
  public void updateWebhook(
      UpdateWebhookRequest request, StreamObserver<UpdateWebhookResponse> answer) {
    answer.onNext(registrations.update(request));
    answer.onCompleted();
  }

  @Override
  public void pauseWebhook(
      PauseWebhookRequest request, StreamObserver<PauseWebhookResponse> answer) {
    answer.onNext(registrations.pause(request));
    answer.onCompleted();
  }

  @Override
  public void resumeWebhook(
      ResumeWebhookRequest request, StreamObserver<ResumeWebhookResponse> answer) {
    answer.onNext(registrations.resume(request));
    answer.onCompleted();
  }

  @Override
  public void testWebhook(TestWebhookRequest request, StreamObserver<TestWebhookResponse> answer) {
    answer.onNext(tests.test(request));
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

  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    pushes.push(request, answer);
  }

  @Override
  public void pushEvents(PushEventsRequest request, StreamObserver<PushEventsResponse> answer) {
    pushes.pushAll(request, answer);
  }

  @Override
  public StreamObserver<PushEventStreamRequest> pushEventStream(
      StreamObserver<PushEventStreamResponse> answers) {
    return pushes.open(answers);
  }

  @Override
  public void putEventType(
      PutEventTypeRequest request, StreamObserver<PutEventTypeResponse> answer) {
    answer.onNext(eventTypes.put(request));
    answer.onCompleted();
  }

  @Override
  public void listEventTypes(
      ListEventTypesRequest request, StreamObserver<ListEventTypesResponse> answer) {
    answer.onNext(eventTypes.list(request));
    answer.onCompleted();
  }

  @Override
  public void deleteEventType(
      DeleteEventTypeRequest request, StreamObserver<DeleteEventTypeResponse> answer) {
    answer.onNext(eventTypes.delete(request));
    answer.onCompleted();
  }
}
