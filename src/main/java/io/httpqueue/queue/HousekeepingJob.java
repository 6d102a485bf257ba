package io.httpqueue.queue;

import java.time.Clock;
import java.time.Duration;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.storage.StorageProvider;
import org.springframework.stereotype.Component;

/** Keeps tables from growing. Public because JobRunr asks for it. */
public record HousekeepingJob() implements JobRequest {

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("housekeepingJobHandler")
  public static class Handler implements JobRequestHandler<HousekeepingJob> {

    /** JobRunr keeps failed jobs for ever; ours are made again from the rows they stand for. */
    private static final Duration KEEP_FAILED_JOBS = Duration.ofHours(1);

    private final StorageProvider storage;
    private final Clock clock;

    Handler(StorageProvider storage, Clock clock) {
      this.storage = storage;
      this.clock = clock;
    }

    @Override
    @Job(name = "housekeeping", retries = 0)
    public void run(HousekeepingJob job) {
      storage.deleteJobsPermanently(StateName.FAILED, clock.instant().minus(KEEP_FAILED_JOBS));
    }
  }
}
