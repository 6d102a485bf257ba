package io.httpqueue.api;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.GetWebhookRequest;
import io.httpqueue.api.v1.GetWebhookResponse;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PauseWebhookResponse;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookResponse;
import io.httpqueue.api.v1.TestWebhookRequest;
import io.httpqueue.api.v1.TestWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.event.EventIntake;
import java.time.Clock;
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
  private final PushEventRules pushEventRules;
  private final WebhookRegistrations registrations;
  private final WebhookReader webhooks;
  private final WebhookTests tests;
  private final DeliveryStatusReader statuses;
  private final ErrorStatuses errors;

  WebhookGrpcService(
      EventIntake intake,
      WebhookRegistrations registrations,
      WebhookReader webhooks,
      WebhookTests tests,
      DeliveryStatusReader statuses,
      ErrorStatuses errors,
      Clock clock) {
    this.intake = intake;
    this.pushEventRules = new PushEventRules(clock);
    this.registrations = registrations;
    this.webhooks = webhooks;
    this.tests = tests;
    this.statuses = statuses;
    this.errors = errors;
  }

  /** Requests are parsed inside the interceptors, so that one that does not parse is answered. */
  @Override
  public ServerServiceDefinition bindService() {
    return ServerInterceptors.useInputStreamMessages(WebhookServiceGrpc.bindService(this));
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

  /** Holds no thread while the commit runs, and none of the intake's for the answer. */
  @Override
  public void pushEvent(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    if (answer instanceof ServerCallStreamObserver<?> call) {
      // With a handler set, answering a call that was cancelled meanwhile is no error.
      call.setOnCancelHandler(() -> {});
    }
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
    answer.onNext(PushAnswers.of(event));
    answer.onCompleted();
  }
}
