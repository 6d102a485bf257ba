package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.legacy.WebhookServiceGrpc;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import net.devh.boot.grpc.server.service.GrpcService;

/** The same service under the name that existing clients call: {@code webhook.WebhookService}. */
@GrpcService
class LegacyWebhookGrpcService implements WebhookServiceGrpc.AsyncService, BindableService {

  private final WebhookGrpcService service;

  LegacyWebhookGrpcService(WebhookGrpcService service) {
    this.service = service;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return RequestCheck.serve(WebhookServiceGrpc.bindService(this));
  }

  @Override
  public void registerWebhook(
      RegisterWebhookRequest request, StreamObserver<RegisterWebhookResponse> answer) {
    service.registerWebhook(request, answer);
  }

  @Override
  public void unregisterWebhook(
      UnregisterWebhookRequest request, StreamObserver<UnregisterWebhookResponse> answer) {
    service.unregisterWebhook(request, answer);
  }

  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    service.pushEvent(request, answer);
  }

  @Override
  public void getWebhookStatus(
      GetWebhookStatusRequest request, StreamObserver<GetWebhookStatusResponse> answer) {
    service.getWebhookStatus(request, answer);
  }

  @Override
  public void listWebhooks(
      ListWebhooksRequest request, StreamObserver<ListWebhooksResponse> answer) {
    service.listWebhooks(request, answer);
  }
}
