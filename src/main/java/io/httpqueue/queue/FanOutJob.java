package io.httpqueue.queue;

import io.httpqueue.event.FanOut;
import java.util.List;
import java.util.UUID;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes deliveries from accepted events. Public because JobRunr asks for it.
 *
 * @param fanOuts rows of {@code fan_out}, as text so that a job written by one release is read by
 *     the next
 */
public record FanOutJob(List<String> fanOuts) implements JobRequest {

  static FanOutJob of(List<UUID> fanOuts) {
    return new FanOutJob(fanOuts.stream().map(UUID::toString).toList());
  }

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("fanOutJobHandler")
  public static class Handler implements JobRequestHandler<FanOutJob> {

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final FanOut fanOut;

    Handler(FanOut fanOut) {
      this.fanOut = fanOut;
    }

    @Override
    @Job(name = "fan-out", retries = 0)
    public void run(FanOutJob job) throws InterruptedException {
      try {
        fanOut.run(job.fanOuts().stream().map(UUID::fromString).toList());
      } catch (DataAccessException e) {
        // The rows stand as they were, and the sweep starts them anew.
        log.info("A fan-out was interrupted: {}", e.getMostSpecificCause().getMessage());
      }
    }
  }
}
