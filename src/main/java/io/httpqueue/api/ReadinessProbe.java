package io.httpqueue.api;

import io.httpqueue.database.ReadinessCheck;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one check, and takes no answer within two seconds for a no. A check that hangs is not asked
 * again before it has come back. For one thread.
 */
final class ReadinessProbe {

  private static final Logger log = LoggerFactory.getLogger(ReadinessProbe.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ReadinessCheck check;
  private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);

  ReadinessProbe(ReadinessCheck check) {
    this.check = check;
  }

  String name() {
    return check.name();
  }

  void ask() {
    if (answer.isDone()) {
      answer = CompletableFuture.supplyAsync(check::isReady, Thread::startVirtualThread);
    }
  }

  boolean isReady() throws InterruptedException {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      log.warn("The check of {} failed", check.name(), e.getCause());
      return false;
    }
  }
}
