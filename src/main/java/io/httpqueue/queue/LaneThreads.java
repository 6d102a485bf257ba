package io.httpqueue.queue;

import io.httpqueue.delivery.DeliveryLanes;
import io.httpqueue.delivery.LaneStart;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Runs lanes on this server, each on a virtual thread of its own. A job for each would be a third
 * of what the start of a lane costs. Not there on a server that is no worker. Thread-safe.
 */
@Component
@ConditionalOnProperty("jobrunr.background-job-server.enabled")
class LaneThreads {

  private static final Logger log = LoggerFactory.getLogger(LaneThreads.class);

  private static final Duration INTERRUPTED_PATIENCE = Duration.ofSeconds(10);

  /** Asked late: lanes have lanes started. */
  private final ObjectProvider<DeliveryLanes> lanes;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lane-", 0).factory());

  LaneThreads(ObjectProvider<DeliveryLanes> lanes) {
    this.lanes = lanes;
  }

  /** Has a lane run here; false if this server is stopping. Never blocks. */
  boolean start(LaneStart lane) {
    try {
      threads.execute(() -> run(lane));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /**
   * Starts none from now on, and returns when all have ended, which somebody else has to tell them
   * to do.
   *
   * @param patience after which they are interrupted: without Postgres they wait for it
   */
  void stop(Duration patience) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(patience.toSeconds(), TimeUnit.SECONDS)) {
        threads.shutdownNow();
        var _ = threads.awaitTermination(INTERRUPTED_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The lease of a lane that fails runs out, and the sweep has it started again.
  private void run(LaneStart lane) {
    try {
      lanes.getObject().run(lane);
    } catch (InterruptedException e) {
      log.info("The lane of webhook {} was broken off", lane.webhookId());
    } catch (RuntimeException e) {
      log.error("The lane of webhook {} failed", lane.webhookId(), e);
    }
  }
}
