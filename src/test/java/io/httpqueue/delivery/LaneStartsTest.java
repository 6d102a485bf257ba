package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneStartsTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger started = new AtomicInteger();
  private final Semaphore mayEnd = new Semaphore(0);

  @AfterEach
  void stop() {
    lanes.shutdownNow();
  }

  private void start(LaneStarts starts, int count) {
    for (int i = 0; i < count; i++) {
      var _ =
          lanes.submit(
              () -> {
                try (LaneStarts.Start start = starts.begin()) {
                  started.incrementAndGet();
                  mayEnd.acquire();
                  // As a lane does that ends long after its start.
                  start.close();
                }
                return null;
              });
    }
  }

  private void awaitStarted(int count) {
    await().during(MOMENT).until(started::get, now -> now == count);
  }

  @Test
  void noMoreThanItsPlacesStartAtTheSameTime() {
    start(new LaneStarts(2, LONG), 6);
    awaitStarted(2);
    mayEnd.release();
    awaitStarted(3);
    mayEnd.release(2);
    awaitStarted(5);
  }

  @Test
  void aStartThatTakesForeverKeepsNobodyFromTheirs() throws Exception {
    LaneStarts starts = new LaneStarts(1, MOMENT);
    try (LaneStarts.Start forever = starts.begin()) {
      assertThat(forever).isNotNull();
      lanes.submit(starts::begin).get(1, TimeUnit.MINUTES);
    }
  }
}
