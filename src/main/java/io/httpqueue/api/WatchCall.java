package io.httpqueue.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.httpqueue.api.v1.WatchDeliveriesResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.delivery.DeliveryChange;
import io.httpqueue.delivery.DeliveryWatch;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call that watches deliveries. It reads no further than its client takes: what is in memory
 * for it is a page of changes, and what gRPC buffers.
 */
final class WatchCall {

  /** Opens the watch; blocks. */
  @FunctionalInterface
  interface Opening {

    DeliveryWatch open() throws InterruptedException;
  }

  /**
   * A client that hears nothing gets a token so often, so that it can resume after a quiet time.
   */
  private static final Duration TOKEN_EVERY = Duration.ofSeconds(20);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final ServerCallStreamObserver<WatchDeliveriesResponse> answer;
  private final PageToken token;
  private final Opening opening;
  private final ErrorStatuses errors;
  private final Semaphore ready = new Semaphore(0);
  private volatile boolean ended;
  private volatile boolean stopping;
  private volatile @Nullable DeliveryWatch watch;

  WatchCall(
      ServerCallStreamObserver<WatchDeliveriesResponse> answer,
      PageToken token,
      Opening opening,
      ErrorStatuses errors) {
    this.answer = answer;
    this.token = token;
    this.opening = opening;
    this.errors = errors;
  }

  /** To be called while the call's handler runs; returns at once. */
  void start(Runnable atEnd) {
    answer.setOnReadyHandler(ready::release);
    answer.setOnCancelHandler(this::end);
    Thread.ofVirtual()
        .name("watch-deliveries")
        .start(
            () -> {
              try {
                run();
              } finally {
                atEnd.run();
              }
            });
  }

  /** This server stops: the client may resume on another one. */
  void stop() {
    stopping = true;
    end();
  }

  private void end() {
    ended = true;
    ready.release();
    DeliveryWatch open = watch;
    if (open != null) {
      open.close();
    }
  }

  // Whatever goes wrong is to be answered.
  @SuppressWarnings("CatchingUnchecked")
  private void run() {
    try (DeliveryWatch open = opening.open()) {
      watch = open;
      send(tokenAlone(open));
      while (!ended) {
        tell(open, open.next(TOKEN_EVERY));
      }
      if (stopping) {
        throw new CallInterruptedException();
      }
    } catch (Exception | Error e) {
      answer.onError(
          errors.of(e, WebhookServiceGrpc.getWatchDeliveriesMethod().getFullMethodName()));
    }
  }

  private void tell(DeliveryWatch open, List<DeliveryChange> changes) throws InterruptedException {
    if (changes.isEmpty() && !ended) {
      send(tokenAlone(open));
    }
    for (DeliveryChange change : changes) {
      awaitReady(open);
      if (ended) {
        return;
      }
      send(message(change));
    }
  }

  private void awaitReady(DeliveryWatch open) throws InterruptedException {
    while (!answer.isReady() && !ended) {
      if (!ready.tryAcquire(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        open.checkKept();
      }
    }
  }

  private void send(WatchDeliveriesResponse message) {
    answer.onNext(message);
  }

  private WatchDeliveriesResponse tokenAlone(DeliveryWatch open) {
    return WatchDeliveriesResponse.newBuilder().setResumeToken(after(open.position())).build();
  }

  private WatchDeliveriesResponse message(DeliveryChange change) {
    return WatchDeliveriesResponse.newBuilder()
        .setDelivery(DeliveryMessages.of(change.delivery()))
        .setChangedAtMs(change.changedAt().toEpochMilli())
        .setResumeToken(after(change.position()))
        .build();
  }

  private String after(long position) {
    return token.after(new UUID(0, position));
  }
}
