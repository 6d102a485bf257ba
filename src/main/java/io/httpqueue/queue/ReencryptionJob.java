package io.httpqueue.queue;

import io.httpqueue.encryption.Reencryption;
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
 */
public record ReencryptionJob() implements JobRequest {

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("reencryptionJobHandler")
  public static class Handler implements JobRequestHandler<ReencryptionJob> {

    /** A server that is stopped waits no longer for it. */
    private static final Duration TURN = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final Reencryption reencryption;
    private final ObjectProvider<JobRequestScheduler> scheduler;

    Handler(Reencryption reencryption, ObjectProvider<JobRequestScheduler> scheduler) {
      this.reencryption = reencryption;
      this.scheduler = scheduler;
    }

    @Override
    @Job(name = "re-encryption", retries = 0)
    public void run(ReencryptionJob job) {
      try {
        if (reencryption.run(TURN)) {
          scheduler.getObject().enqueue(new ReencryptionJob());
        }
      } catch (DataAccessException | StorageException e) {
        // What was done stays, and this comes again in minutes.
        log.info("Re-encryption goes on later: {}", e.getMessage());
      }
    }
  }
}
