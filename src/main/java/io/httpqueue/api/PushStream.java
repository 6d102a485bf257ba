package io.httpqueue.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.httpqueue.api.PushChecks.CheckedPush;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResult;
import io.httpqueue.api.v1.PushEventStreamRequest;
import io.httpqueue.api.v1.PushEventStreamResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.database.QueueFullException;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.event.EventIntake;
import io.httpqueue.event.NewEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One client's stream of events. It reads no faster than it answers: at most so many events and
 * bytes are read and not answered, and a full intake is waited for. Answers come in the order of
 * the events, each after its commit. gRPC calls it on one thread at a time; commits come on others.
 */
final class PushStream implements StreamObserver<PushEventStreamRequest> {

  /** Enough for two full commits: one that runs and one that gathers. */
  private static final int MAX_UNANSWERED = 1_000;

  private static final long MAX_UNANSWERED_BYTES = 4L << 20;

  /** Asked for one by one, each message would wait for the network's thread. */
  private static final int READ_AHEAD = 16;

  /** How often it looks whether the client is still there while the intake is full. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;
  private static final String METHOD =
      WebhookServiceGrpc.getPushEventStreamMethod().getFullMethodName();

  private record Unanswered(CompletableFuture<PushEventResult> result, long bytes) {}

  private final EventIntake intake;
  private final PushChecks checks;
  private final ErrorStatuses errors;
  private final ServerCallStreamObserver<PushEventStreamResponse> call;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Unanswered> unanswered = new ArrayDeque<>();
  private long unansweredBytes;
  private int requested;
  private long answered;
  private boolean clientIsDone;
  private boolean stopping;
  private boolean ended;

  PushStream(
      EventIntake intake,
      PushChecks checks,
      ErrorStatuses errors,
      ServerCallStreamObserver<PushEventStreamResponse> call) {
    this.intake = intake;
    this.checks = checks;
    this.errors = errors;
    this.call = call;
  }

  /** To be called once, before the method returns that gRPC called. */
  void start(Runnable onEnd) {
    call.disableAutoRequest();
    call.setOnReadyHandler(this::proceed);
    call.setOnCancelHandler(
        () -> {
          end();
          onEnd.run();
        });
    call.setOnCloseHandler(
        () -> {
          end();
          onEnd.run();
        });
    proceed();
  }

  @Override
  public void onNext(PushEventStreamRequest request) {
    PushEventRequest event = request.getEvent();
    CompletableFuture<PushEventResult> result = new CompletableFuture<>();
    lock.lock();
    try {
      requested--;
      long bytes = event.getSerializedSize();
      // Before the intake has it, so that a stream which is stopped meanwhile waits for its answer.
      unanswered.add(new Unanswered(result, bytes));
      unansweredBytes += bytes;
    } finally {
      lock.unlock();
    }
    var _ = result(event).thenAccept(result::complete);
    if (result.isDone()) {
      proceed();
    } else {
      var _ = result.thenRunAsync(this::proceed, VIRTUAL_THREADS);
    }
    readOn();
  }

  /** The client has gone: what it sent before is accepted all the same. */
  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onCompleted() {
    lock.lock();
    try {
      clientIsDone = true;
    } finally {
      lock.unlock();
    }
    proceed();
  }

  /** Reads no more, and ends once all that was read is answered. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
    } finally {
      lock.unlock();
    }
    proceed();
  }

  /** Never fails: what goes wrong with an event is its result. Blocks while the intake is full. */
  private CompletableFuture<PushEventResult> result(PushEventRequest request) {
    try {
      CheckedPush push = checks.read(request);
      return accept(push.event())
          .handle(
              (event, failure) ->
                  failure == null
                      ? PushAnswers.acceptedResult(event, push.schemaViolations())
                      : failed(failure));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(e));
    }
  }

  private PushEventResult failed(Throwable failure) {
    return PushAnswers.failedResult(errors.of(failure, METHOD));
  }

  private CompletableFuture<AcceptedEvent> accept(NewEvent event) {
    try {
      while (true) {
        try {
          return intake.accept(event, LOOK);
        } catch (QueueFullException e) {
          if (call.isCancelled()) {
            throw e;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException(e);
    }
  }

  /** Answers what can be answered, then asks for more or ends. */
  private void proceed() {
    lock.lock();
    try {
      while (!ended && call.isReady() && !unanswered.isEmpty() && first().isDone()) {
        answerFirst();
      }
      if (!ended && unanswered.isEmpty() && (clientIsDone || stopping)) {
        ended = true;
        close();
      }
    } finally {
      lock.unlock();
    }
    readOn();
  }

  private CompletableFuture<PushEventResult> first() {
    return unanswered.getFirst().result();
  }

  private void answerFirst() {
    Unanswered next = unanswered.removeFirst();
    unansweredBytes -= next.bytes();
    call.onNext(
        PushEventStreamResponse.newBuilder()
            .setSequence(++answered)
            .setResult(next.result().join())
            .build());
  }

  private void close() {
    if (clientIsDone) {
      call.onCompleted();
    } else {
      call.onError(errors.ofStop());
    }
  }

  private void readOn() {
    int more = 0;
    lock.lock();
    try {
      while (!ended
          && !stopping
          && !clientIsDone
          && requested < READ_AHEAD
          && unanswered.size() + requested < MAX_UNANSWERED
          && unansweredBytes < MAX_UNANSWERED_BYTES) {
        requested++;
        more++;
      }
    } finally {
      lock.unlock();
    }
    if (more > 0) {
      call.request(more);
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      unanswered.clear();
    } finally {
      lock.unlock();
    }
  }
}
