package io.httpqueue.event;

import java.time.Duration;
import java.util.UUID;

/** An event on its way into the database, with the id it will have. */
record IdentifiedEvent(UUID id, NewEvent event, Duration timeToLive) {

  /** About how many bytes it takes. */
  long size() {
    long metadata =
        event.metadata().entrySet().stream()
            .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
            .sum();
    return 200L + event.payload().length + metadata;
  }
}
