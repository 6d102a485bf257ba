package io.httpqueue.queue;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.roles.Roles;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.JobSteward;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes JobRunr look for work at once instead of at its next poll, seconds later: a worker that
 * becomes idle makes it look, so one pretends to. Nudges that come while one is under way are one
 * nudge. A server that runs no jobs has the others nudged. Thread-safe.
 */
@Component
class JobNudge implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(JobNudge.class);
  private static final String TOPIC = "jobs";

  /**
   * JobRunr ignores a nudge while it is fetching jobs, and may have fetched before ours was
   * committed.
   */
  private static final long SECOND_NUDGE_MILLIS = 25;

  private final ObjectProvider<BackgroundJobServer> jobServer;
  private final ServerMessages messages;
  private final Roles roles;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean running;

  JobNudge(ObjectProvider<BackgroundJobServer> jobServer, ServerMessages messages, Roles roles) {
    this.jobServer = jobServer;
    this.messages = messages;
    this.roles = roles;
    if (roles.worker()) {
      messages.subscribe(TOPIC, message -> soon());
    }
  }

  /** Nudges this server, or the others where this one runs no jobs. */
  void soon() {
    wanted.release();
  }

  /** Nudges all servers. */
  void everywhere() {
    messages.publish(TOPIC, "");
  }

  /** There before the first job is started. */
  @Override
  public int getPhase() {
    return JobServerLifecycle.PHASE - 1;
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("job-nudge").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    wanted.release();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    try {
      while (running) {
        wanted.acquire();
        wanted.drainPermits();
        if (!roles.worker()) {
          nudgeOthers();
          continue;
        }
        nudge();
        if (!wanted.tryAcquire(SECOND_NUDGE_MILLIS, TimeUnit.MILLISECONDS)) {
          nudge();
        } else {
          wanted.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void nudgeOthers() {
    try {
      everywhere();
    } catch (DataAccessException e) {
      // They find the job at their next poll.
      log.debug("A nudge was not sent: {}", e.getMessage());
    }
  }

  private void nudge() {
    BackgroundJobServer server = jobServer.getObject();
    if (running && server.isRunning()) {
      JobSteward steward = server.getJobSteward();
      steward.notifyThreadOccupied();
      try {
        // JobRunr fetches its jobs in this very call.
        steward.notifyThreadIdle();
      } catch (RuntimeException e) {
        log.debug("A nudge came to nothing: {}", e.toString());
      }
    }
  }
}
