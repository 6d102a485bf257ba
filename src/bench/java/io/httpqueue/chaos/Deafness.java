package io.httpqueue.chaos;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.harness.HttpQueueServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Streams of pushes to a namespace without webhooks by clients that ask for no answer and never end
 * a stream.
 */
final class Deafness implements AutoCloseable {

  private static final int STREAMS = 200;
  private static final int BURST = 20;

  private static final PushEventStreamRequest REQUEST =
      PushEventStreamRequest.newBuilder()
          .setEvent(
              PushEventRequest.newBuilder()
                  .setNamespace("deaf")
                  .setEvent("deaf")
                  .setPayload("\"" + "x".repeat(1_000) + "\""))
          .build();

  private final ManagedChannel channel;
  private final List<Stream> streams = new ArrayList<>();

  private Deafness(HttpQueueServer server) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  static Deafness of(HttpQueueServer server) {
    Deafness deaf = new Deafness(server);
    for (int i = 0; i < STREAMS; i++) {
      Stream stream = new Stream();
      deaf.streams.add(stream);
      var _ = WebhookServiceGrpc.newStub(deaf.channel).pushEventStream(stream);
    }
    return deaf;
  }

  /** Sends a few events by each, as far as the server takes them. */
  void push() {
    streams.forEach(Stream::push);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Stream
      implements ClientResponseObserver<PushEventStreamRequest, PushEventStreamResponse> {

    private volatile @Nullable ClientCallStreamObserver<PushEventStreamRequest> requests;
    private volatile boolean ended;

    @Override
    public void beforeStart(ClientCallStreamObserver<PushEventStreamRequest> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(0);
    }

    void push() {
      ClientCallStreamObserver<PushEventStreamRequest> to = Objects.requireNonNull(requests);
      for (int i = 0; i < BURST && !ended && to.isReady(); i++) {
        to.onNext(REQUEST);
      }
    }

    @Override
    public void onNext(PushEventStreamResponse response) {
      throw new IllegalStateException("nobody has asked for it");
    }

    @Override
    public void onError(Throwable cause) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }
  }
}
