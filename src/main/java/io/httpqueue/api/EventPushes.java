package io.httpqueue.api;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.PushChecks.CheckedPush;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PushEventResult;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.PushEventsRequest;
import io.httpqueue.api.v1.PushEventsResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.database.QueueFullException;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.event.EventIntake;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Takes events on behalf of clients: one, a list, or a stream of them, all by the same rules and
 * into the same intake. Thread-safe.
 */
@Component
class EventPushes {

  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;
  private static final int MAX_EVENTS = 1_000;

  /** A thousand new namespaces at once must not take the connections that others need. */
  private static final int MAX_READING = 4;

  /** While Postgres is away they would gather without end. Bytes, of which each push has some. */
  private static final int MEMORY_TO_READ = 16 << 20;

  /** Bytes that a push takes beside what it says. */
  private static final int EACH = 16 << 10;

  private final EventIntake intake;
  private final PushChecks checks;
  private final ErrorStatuses errors;
  private final PushThreads threads;
  private final Semaphore reading = new Semaphore(MAX_READING, true);
  private final Semaphore memoryToRead = new Semaphore(MEMORY_TO_READ);
  private final Set<PushStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  EventPushes(EventIntake intake, PushChecks checks, ErrorStatuses errors, PushThreads threads) {
    this.intake = intake;
    this.checks = checks;
    this.errors = errors;
    this.threads = threads;
  }

  /** Holds no thread while the commit runs, and none of the intake's for the answer. */
  void push(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    answerWhenCancelled(answer);
    if (!Thread.currentThread().isVirtual() && readsFirst(request)) {
      int bytes = EACH + request.getSerializedSize();
      if (!memoryToRead.tryAcquire(bytes)) {
        throw new QueueFullException(
            "pushes that read first",
            reading.getQueueLength(),
            MEMORY_TO_READ - memoryToRead.availablePermits());
      }
      VIRTUAL_THREADS.execute(
          Context.current()
              .wrap(
                  () -> {
                    try {
                      acceptInTurn(request, answer);
                    } finally {
                      memoryToRead.release(bytes);
                    }
                  }));
    } else {
      accept(request, answer);
    }
  }

  private boolean readsFirst(PushEventRequest request) {
    return checks.readsFirst(request) || intake.readsFirst(request.getNamespace());
  }

  // Whatever is thrown is the caller's: nobody else is told of it here.
  @SuppressWarnings("CatchingUnchecked")
  private void acceptInTurn(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    reading.acquireUninterruptibly();
    try {
      // Whoever has given up may have pushed it again.
      if (!Context.current().isCancelled()) {
        accept(request, answer);
      }
    } catch (Exception | Error e) {
      answer.onError(errors.of(e, WebhookServiceGrpc.getPushEventMethod().getFullMethodName()));
    } finally {
      reading.release();
    }
  }

  private void accept(PushEventRequest request, StreamObserver<PushEventResponse> answer) {
    CheckedPush push = checks.read(request);
    var _ =
        intake
            .accept(push.event())
            .whenCompleteAsync(
                (event, failure) -> answer(answer, push, event, failure), threads.executor());
  }

  private void answer(
      StreamObserver<PushEventResponse> answer,
      CheckedPush push,
      @Nullable AcceptedEvent event,
      @Nullable Throwable failure) {
    if (event == null || failure != null) {
      Throwable cause = failure == null ? new IllegalStateException("no event") : failure;
      answer.onError(errors.of(cause, WebhookServiceGrpc.getPushEventMethod().getFullMethodName()));
      return;
    }
    answer.onNext(PushAnswers.accepted(event, push.schemaViolations()));
    answer.onCompleted();
  }

  /** All of them are on their way before the first is waited for. */
  void pushAll(PushEventsRequest request, StreamObserver<PushEventsResponse> answer) {
    Violations violations = new Violations();
    int count = request.getEventsCount();
    if (count == 0 || count > MAX_EVENTS) {
      violations.add("events", "has %d entries, must have 1 to 1000".formatted(count));
    }
    violations.throwIfAny();
    answerWhenCancelled(answer);
    List<CompletableFuture<PushEventResult>> results =
        request.getEventsList().stream().map(this::result).toList();
    var _ =
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
            .thenRunAsync(
                () -> {
                  answer.onNext(PushAnswers.all(results.stream().map(CompletableFuture::join)));
                  answer.onCompleted();
                },
                VIRTUAL_THREADS);
  }

  /** Never fails: what goes wrong is the result. */
  private CompletableFuture<PushEventResult> result(PushEventRequest request) {
    String method = WebhookServiceGrpc.getPushEventsMethod().getFullMethodName();
    try {
      CheckedPush push = checks.read(request);
      return intake
          .accept(push.event())
          .handle(
              (event, failure) ->
                  failure == null
                      ? PushAnswers.acceptedResult(event, push.schemaViolations())
                      : PushAnswers.failedResult(errors.of(failure, method)));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(PushAnswers.failedResult(errors.of(e, method)));
    }
  }

  /** Begins a stream; what the client sends goes to the observer returned. */
  StreamObserver<PushEventStreamRequest> open(StreamObserver<PushEventStreamResponse> answers) {
    PushStream stream =
        new PushStream(
            intake, checks, errors, (ServerCallStreamObserver<PushEventStreamResponse>) answers);
    streams.add(stream);
    stream.start(() -> streams.remove(stream));
    if (stopping) {
      stream.stop();
    }
    return stream;
  }

  /**
   * Has the streams end once what was read is answered: their clients go on with another server.
   */
  @EventListener(ContextClosedEvent.class)
  void stopStreams() {
    stopping = true;
    streams.forEach(PushStream::stop);
  }

  /** With a handler set, answering a call that was cancelled meanwhile is no error. */
  private static void answerWhenCancelled(StreamObserver<?> answer) {
    if (answer instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> {});
    }
  }
}
