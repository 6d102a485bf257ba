package io.httpqueue.delivery;

import io.httpqueue.delivery.Places.Place;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Has lanes start a few at a time: each start is some milliseconds of work. Thread-safe. */
@Component
class LaneStarts {

  /** A start waits for Postgres for about half of its time. */
  private static final int PER_PROCESSOR = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Places places =
      new Places(PER_PROCESSOR * Runtime.getRuntime().availableProcessors());

  /** Waits for its turn; the place is to be given back once the lane has started, or will not. */
  Place begin() throws InterruptedException {
    return places.take(PATIENCE);
  }
}
