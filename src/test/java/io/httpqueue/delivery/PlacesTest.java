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

class PlacesTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger taken = new AtomicInteger();
  private final Semaphore mayEnd = new Semaphore(0);

  @AfterEach
  void stop() {
    lanes.shutdownNow();
  }

  private void take(Places places, int count) {
    for (int i = 0; i < count; i++) {
      var _ =
          lanes.submit(
              () -> {
                try (Places.Place place = places.take(LONG)) {
                  taken.incrementAndGet();
                  mayEnd.acquire();
                  // As a lane does that runs on for long after its start.
                  place.close();
                }
                return null;
              });
    }
  }

  private void awaitTaken(int count) {
    await().during(MOMENT).until(taken::get, now -> now == count);
  }

  @Test
  void noMoreThanThereArePlacesForGoOnAtTheSameTime() {
    take(new Places(2), 6);
    awaitTaken(2);
    mayEnd.release();
    awaitTaken(3);
    mayEnd.release(2);
    awaitTaken(5);
  }

  @Test
  void aPlaceThatIsHeldForeverKeepsNobodyFromGoingOn() throws Exception {
    Places places = new Places(1);
    try (Places.Place forever = places.take(LONG)) {
      assertThat(forever).isNotNull();
      lanes.submit(() -> places.take(MOMENT)).get(1, TimeUnit.MINUTES);
    }
  }
}
