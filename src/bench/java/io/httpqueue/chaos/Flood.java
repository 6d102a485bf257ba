package io.httpqueue.chaos;

import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.harness.HttpQueueServer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Large pushes to one server, many at once, to a namespace without webhooks. */
final class Flood implements AutoCloseable {

  private static final int CALLERS = 64;

  private final HttpQueueServer server;
  private final PushEventRequest request;
  private final AtomicLong answered = new AtomicLong();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean over;

  private Flood(HttpQueueServer server) {
    this.server = server;
    this.request =
        PushEventRequest.newBuilder()
            .setNamespace("flood")
            .setEvent("flood")
            .setPayload("\"" + "x".repeat(900_000) + "\"")
            .build();
  }

  static Flood of(HttpQueueServer server) {
    Flood flood = new Flood(server);
    for (int i = 0; i < CALLERS; i++) {
      flood.callers.execute(flood::push);
    }
    return flood;
  }

  /** Pushes that were answered, in whatever way. */
  long answered() {
    return answered.get();
  }

  private void push() {
    while (!over) {
      try {
        var _ = server.client().pushEvent(request);
      } catch (StatusRuntimeException e) {
        // It has no room, or is gone.
      }
      answered.incrementAndGet();
    }
  }

  @Override
  public void close() {
    over = true;
    callers.shutdownNow();
  }
}
