package io.httpqueue.harness;

import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Pushes events to servers in turn and keeps a record of every answer. Thread-safe. */
final class Pusher {

  /**
   * What is pushed.
   *
   * @param events the names that events have, in turn
   */
  record Content(String namespace, List<String> events, Payload payload, long deadlineMillis) {}

  private final Content content;
  private final List<ManagedChannel> channels;
  private final List<WebhookServiceGrpc.WebhookServiceStub> stubs;
  private final List<PushStream> streams;
  private final Records records = new Records(Pushes.RECORD_BYTES);
  private final Map<List<String>, Integer> webhookLists = new LinkedHashMap<>();
  private long accepted;

  Pusher(Content content, List<Integer> ports, int channelsEach) {
    this.content = content;
    this.channels =
        IntStream.range(0, channelsEach)
            .boxed()
            .flatMap(i -> ports.stream())
            .map(Pusher::open)
            .toList();
    this.stubs = channels.stream().map(WebhookServiceGrpc::newStub).toList();
    this.streams = stubs.stream().map(PushStream::new).toList();
  }

  /**
   * Pushes the event of a number.
   *
   * @param startedNanos counts as its begin
   * @param done told whether it was accepted
   */
  void push(long sequence, long startedNanos, Done done) {
    int channel = (int) (sequence % stubs.size());
    reconnect(channels.get(channel));
    stubs
        .get(channel)
        .withDeadlineAfter(content.deadlineMillis, TimeUnit.MILLISECONDS)
        .pushEvent(request(sequence, startedNanos), new Answer(sequence, startedNanos, done));
  }

  /** The same by a stream, one on each channel. */
  void pushByStream(long sequence, long startedNanos, Done done) {
    int channel = (int) (sequence % streams.size());
    reconnect(channels.get(channel));
    streams
        .get(channel)
        .push(request(sequence, startedNanos), new Answer(sequence, startedNanos, done));
  }

  private PushEventRequest request(long sequence, long startedNanos) {
    return PushEventRequest.newBuilder()
        .setNamespace(content.namespace)
        .setEvent(content.events.get((int) (sequence % content.events.size())))
        .setPayload(content.payload.text(sequence, startedNanos))
        .build();
  }

  /** Told of the end of a push. */
  interface Done {
    void done(boolean accepted);
  }

  synchronized long accepted() {
    return accepted;
  }

  synchronized long failed() {
    return records.count() - accepted;
  }

  synchronized void write(Path file) throws IOException {
    records.write(file);
    Files.write(
        Pushes.webhookLists(file),
        webhookLists.keySet().stream().map(ids -> String.join(",", ids)).toList());
  }

  private synchronized void record(
      long sequence, long startedNanos, Status status, PushEventResponse response) {
    int index = records.add();
    records.putLong(index, Pushes.SEQUENCE, sequence);
    records.putLong(index, Pushes.STARTED, startedNanos);
    records.putLong(index, Pushes.ENDED, System.nanoTime());
    records.putInt(index, Pushes.CODE, status.getCode().value());
    if (status.isOk()) {
      accepted++;
      records.putUuid(index, Pushes.EVENT, UUID.fromString(response.getEventId()));
      List<String> webhooks = List.copyOf(response.getWebhookIdsList());
      Integer list = webhookLists.get(webhooks);
      if (list == null) {
        list = webhookLists.size();
        webhookLists.put(webhooks, list);
      }
      records.putInt(index, Pushes.WEBHOOKS, list);
    }
  }

  // Left alone, gRPC waits ever longer before it looks for a server that was away.
  private static void reconnect(ManagedChannel channel) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
  }

  private static ManagedChannel open(int port) {
    return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
        .directExecutor()
        .build();
  }

  private final class Answer implements StreamObserver<PushEventResponse> {

    private final long sequence;
    private final long startedNanos;
    private final Done done;
    private PushEventResponse response = PushEventResponse.getDefaultInstance();

    Answer(long sequence, long startedNanos, Done done) {
      this.sequence = sequence;
      this.startedNanos = startedNanos;
      this.done = done;
    }

    @Override
    public void onNext(PushEventResponse value) {
      response = value;
    }

    @Override
    public void onError(Throwable cause) {
      record(sequence, startedNanos, Status.fromThrowable(cause), response);
      done.done(false);
    }

    @Override
    public void onCompleted() {
      record(sequence, startedNanos, Status.OK, response);
      done.done(true);
    }
  }
}
