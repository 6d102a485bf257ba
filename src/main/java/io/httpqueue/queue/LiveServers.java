package io.httpqueue.queue;

import java.time.Duration;
import org.jobrunr.storage.StorageException;
import org.jobrunr.storage.StorageProvider;
import org.springframework.stereotype.Component;

/**
 * How many servers share the work, by JobRunr's own heartbeats; asked anew every few seconds.
 * Thread-safe.
 */
@Component
class LiveServers {

  private static final Duration FRESH_FOR = Duration.ofSeconds(5);

  private final StorageProvider storage;
  private int count = 1;
  private long askedAtNanos = System.nanoTime() - FRESH_FOR.toNanos();

  LiveServers(StorageProvider storage) {
    this.storage = storage;
  }

  synchronized int count() {
    if (System.nanoTime() - askedAtNanos >= FRESH_FOR.toNanos()) {
      askedAtNanos = System.nanoTime();
      try {
        count = storage.getBackgroundJobServers().size();
      } catch (StorageException e) {
        // Without Postgres there is no work to share either: the last count will do.
      }
    }
    return count;
  }
}
