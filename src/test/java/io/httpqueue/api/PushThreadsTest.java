package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PushThreadsTest {

  @Test
  void aPushIsAnsweredWhileVirtualThreadsHaveNoProcessor() {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database)) {
      // The first of a namespace asks the database for its event types.
      push(server);
      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger busy = new AtomicInteger();
      int processors = Runtime.getRuntime().availableProcessors();
      try {
        for (int i = 0; i < processors; i++) {
          Thread.startVirtualThread(
              () -> {
                busy.incrementAndGet();
                while (!enough.get()) {
                  Thread.onSpinWait();
                }
              });
        }
        await().until(() -> busy.get() == processors);
        assertThat(push(server).getEventId()).isNotEmpty();
      } finally {
        enough.set(true);
      }
    }
  }

  private static PushEventResponse push(TestServer server) {
    return server
        .client()
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace("threads")
                .setEvent("e")
                .setPayload("{}")
                .build());
  }
}
