package io.httpqueue.queue;

import io.httpqueue.encryption.Reencryption;
import java.time.Clock;
import java.time.Duration;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Brings what is encrypted under the first key, for a few seconds, and then has a fresh job go on
 * until nothing is left. Public because JobRunr asks for it.
 *
 * @param key the name of that key: a server that encrypts with another one, as while a new one is
 *     rolled out, leaves the job to others; empty for whichever the server encrypts with
 * @param tries how often it may still come to such a server
 */
public record ReencryptionJob(String key, int tries) implements JobRequest {

  private static final int TRIES = 60;

  static ReencryptionJob anywhere() {
    return new ReencryptionJob("", 0);
  }

  static ReencryptionJob under(String key) {
    return new ReencryptionJob(key, TRIES);
  }

  private ReencryptionJob again() {
    return new ReencryptionJob(key, tries - 1);
  }

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("reencryptionJobHandler")
  public static class Handler implements JobRequestHandler<ReencryptionJob> {

    /** A server that is stopped waits no longer for it. */
    private static final Duration TURN = Duration.ofSeconds(3);

    private static final Duration ELSEWHERE_IN = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final Reencryption reencryption;
    private final ObjectProvider<JobRequestScheduler> scheduler;
    private final Clock clock;

    Handler(Reencryption reencryption, ObjectProvider<JobRequestScheduler> scheduler, Clock clock) {
      this.reencryption = reencryption;
      this.scheduler = scheduler;
      this.clock = clock;
    }

    @Override
    @Job(name = "re-encryption", retries = 0)
    public void run(ReencryptionJob job) {
      try {
        if (job.key().isEmpty() || job.key().equals(reencryption.key())) {
          if (reencryption.run(TURN)) {
            scheduler.getObject().enqueue(job);
          }
        } else if (job.tries() > 0) {
          scheduler.getObject().schedule(clock.instant().plus(ELSEWHERE_IN), job.again());
        }
      } catch (DataAccessException | StorageException e) {
        // What was done stays, and this comes again in minutes.
        log.info("Re-encryption goes on later: {}", e.getMessage());
      }
    }
  }
}
