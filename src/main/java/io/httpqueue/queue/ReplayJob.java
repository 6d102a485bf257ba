package io.httpqueue.queue;

import io.httpqueue.delivery.ReplayId;
import io.httpqueue.delivery.Replays;
import java.util.UUID;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Sends events again. Public because JobRunr asks for it. */
public record ReplayJob(UUID replayId) implements JobRequest {

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("replayJobHandler")
  public static class Handler implements JobRequestHandler<ReplayJob> {

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final Replays replays;

    Handler(Replays replays) {
      this.replays = replays;
    }

    @Override
    @Job(name = "replay", retries = 0)
    public void run(ReplayJob job) throws InterruptedException {
      try {
        replays.run(new ReplayId(job.replayId()));
      } catch (DataAccessException e) {
        // Its cursor stands where its last commit left it, and the sweep starts it anew.
        log.info("A replay was interrupted: {}", e.getMostSpecificCause().getMessage());
      }
    }
  }
}
