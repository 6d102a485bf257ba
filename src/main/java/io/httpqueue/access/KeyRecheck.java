package io.httpqueue.access;

import io.httpqueue.database.ServerMessages;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Has the keys in use looked up again: every few seconds, and at once when one was revoked. */
final class KeyRecheck implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(KeyRecheck.class);

  private final ConfirmedKeys keys;
  private final Duration interval;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean stopped;
  private volatile @Nullable Thread thread;

  KeyRecheck(ConfirmedKeys keys, ServerMessages messages, Duration interval) {
    this.keys = keys;
    this.interval = interval;
    messages.subscribe(ApiKeys.REVOKED_TOPIC, _ -> wanted.release());
    messages.afterGap(wanted::release);
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("api-key-recheck").start(this::run);
  }

  @Override
  public void stop() {
    stopped = true;
    wanted.release();
  }

  @Override
  public boolean isRunning() {
    Thread running = thread;
    return running != null && running.isAlive() && !stopped;
  }

  private void run() {
    while (!stopped) {
      try {
        var _ = wanted.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        wanted.drainPermits();
        keys.recheck();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        // Postgres is away, or the statement failed: the keys end with their grace.
        log.debug("The API keys in use were not looked up: {}", e.getMessage());
      }
    }
  }
}
