package io.httpqueue.harness;

import io.grpc.ConnectivityState;
import io.grpc.Context;
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

  /**
   * One event.
   *
   * @param orderingKey empty for none
   * @param keyed whether it has an idempotency key, made of its number
   * @param startedNanos counts as the push's begin, however often it is tried
   */
  record Event(long sequence, String name, String orderingKey, boolean keyed, long startedNanos) {}

  private final Content content;
  private final List<ManagedChannel> channels;
  private final List<WebhookServiceGrpc.WebhookServiceStub> stubs;
  private final List<PushStream> streams;
  private final Records records = new Records(Pushes.RECORD_BYTES);
  private final Map<List<String>, Integer> webhookLists = new LinkedHashMap<>();
  private volatile int names;
  private long accepted;

  Pusher(Content content, List<Integer> ports, int channelsEach) {
    this.content = content;
    this.names = content.events.size();
    this.channels =
        IntStream.range(0, channelsEach)
            .boxed()
            .flatMap(i -> ports.stream())
            .map(Pusher::open)
            .toList();
    this.stubs = channels.stream().map(WebhookServiceGrpc::newStub).toList();
    this.streams = stubs.stream().map(PushStream::new).toList();
  }

  /** The event of a number, whose name is the next in turn. */
  Event event(long sequence, boolean keyed, long startedNanos) {
    String name = content.events.get((int) (sequence % names));
    return new Event(sequence, name, "", keyed, startedNanos);
  }

  /** Only the first names have their turn from now on. */
  void keepToNames(int count) {
    names = count;
  }

  /**
   * Pushes an event.
   *
   * @param turn says which channel's it is
   * @param done told whether it was accepted
   */
  void push(Event event, long turn, Done done) {
    int channel = channel(turn);
    reconnect(channels.get(channel));
    WebhookServiceGrpc.WebhookServiceStub stub =
        stubs.get(channel).withDeadlineAfter(content.deadlineMillis, TimeUnit.MILLISECONDS);
    // A push that follows on an answer is begun in that answer's context, and would hold on to the
    // contexts of all before it.
    Context.ROOT.run(() -> stub.pushEvent(request(event), new Answer(event, done)));
  }

  /** The same by a stream, one on each channel. */
  void pushByStream(Event event, Done done) {
    int channel = channel(event.sequence);
    reconnect(channels.get(channel));
    streams.get(channel).push(request(event), new Answer(event, done));
  }

  /** The next with each turn, and another for the same name: no server is to get all of one's. */
  private int channel(long turn) {
    return (int) ((turn % names + turn / names) % stubs.size());
  }

  private PushEventRequest request(Event event) {
    return PushEventRequest.newBuilder()
        .setNamespace(content.namespace)
        .setEvent(event.name)
        .setPayload(content.payload.text(event.sequence, event.startedNanos))
        .setOrderingKey(event.orderingKey)
        .setIdempotencyKey(event.keyed ? "harness-" + event.sequence : "")
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

  private synchronized void record(Event event, Status status, PushEventResponse response) {
    int index = records.add();
    records.putLong(index, Pushes.SEQUENCE, event.sequence);
    records.putLong(index, Pushes.STARTED, event.startedNanos);
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

    private final Event event;
    private final Done done;
    private PushEventResponse response = PushEventResponse.getDefaultInstance();

    Answer(Event event, Done done) {
      this.event = event;
      this.done = done;
    }

    @Override
    public void onNext(PushEventResponse value) {
      response = value;
    }

    @Override
    public void onError(Throwable cause) {
      record(event, Status.fromThrowable(cause), response);
      done.done(false);
    }

    @Override
    public void onCompleted() {
      record(event, Status.OK, response);
      done.done(true);
    }
  }
}
