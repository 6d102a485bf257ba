package io.httpqueue.harness;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PushEventResult;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceStub;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events after the other, on one channel: a new one where the last broke.
 * Thread-safe.
 */
final class PushStream {

  private final WebhookServiceStub stub;
  private @Nullable Connection connection;
  private @Nullable StreamObserver<PushEventStreamRequest> requests;

  PushStream(WebhookServiceStub stub) {
    this.stub = stub;
  }

  /** Sends an event; the observer is told as if it had been pushed alone. */
  synchronized void push(PushEventRequest event, StreamObserver<PushEventResponse> answer) {
    Connection current = connection;
    if (current == null || current.broken) {
      current = new Connection();
      connection = current;
      requests = stub.pushEventStream(current);
    }
    current.unanswered.add(answer);
    Objects.requireNonNull(requests)
        .onNext(PushEventStreamRequest.newBuilder().setEvent(event).build());
  }

  private synchronized StreamObserver<PushEventResponse> next(Connection answered) {
    return answered.unanswered.remove();
  }

  private synchronized List<StreamObserver<PushEventResponse>> broke(Connection ended) {
    ended.broken = true;
    List<StreamObserver<PushEventResponse>> left = List.copyOf(ended.unanswered);
    ended.unanswered.clear();
    return left;
  }

  /** One call; its fields belong to the stream's lock. */
  private final class Connection implements StreamObserver<PushEventStreamResponse> {

    private final Deque<StreamObserver<PushEventResponse>> unanswered = new ArrayDeque<>();
    private boolean broken;

    @Override
    public void onNext(PushEventStreamResponse response) {
      StreamObserver<PushEventResponse> answer = next(this);
      PushEventResult result = response.getResult();
      if (result.hasAccepted()) {
        answer.onNext(result.getAccepted());
        answer.onCompleted();
      } else {
        answer.onError(
            Status.fromCodeValue(result.getError().getCode())
                .withDescription(result.getError().getMessage())
                .asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable cause) {
      broke(this).forEach(answer -> answer.onError(cause));
    }

    @Override
    public void onCompleted() {
      onError(new StatusRuntimeException(Status.UNAVAILABLE));
    }
  }
}
