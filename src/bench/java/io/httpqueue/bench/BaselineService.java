package io.httpqueue.bench;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jobrunr.scheduling.JobRequestScheduler;

/** As much of the contract as the generator uses. */
final class BaselineService extends WebhookServiceGrpc.WebhookServiceImplBase {

  private final BaselineTables tables;
  private final JobRequestScheduler jobs;
  private final Map<UUID, String> urls;
  private final Map<String, UUID> webhooksByEvent = new ConcurrentHashMap<>();

  BaselineService(BaselineTables tables, JobRequestScheduler jobs, Map<UUID, String> urls) {
    this.tables = tables;
    this.jobs = jobs;
    this.urls = urls;
  }

  @Override
  public void registerWebhook(
      RegisterWebhookRequest request, StreamObserver<RegisterWebhookResponse> answer) {
    UUID id = UUID.randomUUID();
    urls.put(id, request.getUrl());
    webhooksByEvent.put(request.getEvents(0), id);
    answer.onNext(RegisterWebhookResponse.newBuilder().setWebhookId(id.toString()).build());
    answer.onCompleted();
  }

  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    UUID event = UUID.randomUUID();
    UUID webhook = webhooksByEvent.get(request.getEvent());
    if (webhook == null) {
      answer.onError(Status.NOT_FOUND.asRuntimeException());
      return;
    }
    BaselineDelivery delivery = new BaselineDelivery(UUID.randomUUID(), event, webhook);
    try {
      tables.insert(event, request.getPayload(), List.of(delivery));
    } catch (SQLException e) {
      answer.onError(Status.UNAVAILABLE.withCause(e).asRuntimeException());
      return;
    }
    jobs.enqueue(delivery);
    answer.onNext(
        PushEventResponse.newBuilder()
            .setEventId(event.toString())
            .addWebhookIds(webhook.toString())
            .build());
    answer.onCompleted();
  }
}
