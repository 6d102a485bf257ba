package io.httpqueue.testing;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client's side of a stream of events; it sends without regard to the server. Thread-safe. */
public final class PushStreamClient
    implements ClientResponseObserver<PushEventStreamRequest, PushEventStreamResponse>,
        AutoCloseable {

  private static final int END_SECONDS = 60;

  private final boolean reading;
  private final List<PushEventStreamResponse> answers = new ArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final CompletableFuture<ClientCallStreamObserver<PushEventStreamRequest>> call =
      new CompletableFuture<>();

  private PushStreamClient(Channel channel, boolean reading) {
    this.reading = reading;
    var _ = WebhookServiceGrpc.newStub(channel).pushEventStream(this);
  }

  public static PushStreamClient open(Channel channel) {
    return new PushStreamClient(channel, true);
  }

  /** One that takes no answers before {@link #readAll()}. */
  public static PushStreamClient openWithoutReading(Channel channel) {
    return new PushStreamClient(channel, false);
  }

  public void send(PushEventRequest event) {
    call.join().onNext(PushEventStreamRequest.newBuilder().setEvent(event).build());
  }

  /** Sends no more. */
  public void complete() {
    call.join().onCompleted();
  }

  public void cancel() {
    call.join().cancel("by the test", null);
  }

  public void readAll() {
    call.join().request(Integer.MAX_VALUE);
  }

  /** So far, in the order in which they came. */
  public List<PushEventStreamResponse> answers() {
    synchronized (answers) {
      return List.copyOf(answers);
    }
  }

  /** How the server ended the stream. */
  public Status awaitEnd() throws Exception {
    return end.get(END_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<PushEventStreamRequest> stream) {
    if (!reading) {
      stream.disableAutoRequestWithInitial(0);
    }
    call.complete(stream);
  }

  @Override
  public void onNext(PushEventStreamResponse answer) {
    synchronized (answers) {
      answers.add(answer);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }

  @Override
  public void close() {
    if (!end.isDone()) {
      cancel();
    }
  }
}
