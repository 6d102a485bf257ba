package io.httpqueue.queue;

import io.httpqueue.delivery.ChangeJournal;
import io.httpqueue.delivery.HeldExpiry;
import io.httpqueue.delivery.LaneSweep;
import io.httpqueue.delivery.Replays;
import io.httpqueue.event.FanOut;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Mends what crashes left behind. Public because JobRunr asks for it. */
public record SweepJob() implements JobRequest {

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("sweepJobHandler")
  public static class Handler implements JobRequestHandler<SweepJob> {

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final FanOut fanOut;
    private final LaneSweep lanes;
    private final Replays replays;
    private final ChangeJournal journal;

    private final HeldExpiry expiry;

    Handler(
        FanOut fanOut, LaneSweep lanes, HeldExpiry expiry, Replays replays, ChangeJournal journal) {
      this.fanOut = fanOut;
      this.lanes = lanes;
      this.expiry = expiry;
      this.replays = replays;
      this.journal = journal;
    }

    @Override
    @Job(name = "sweep", retries = 0)
    public void run(SweepJob job) {
      try {
        fanOut.sweep();
        lanes.sweep();
        expiry.sweep();
        replays.sweep();
        journal.prune();
      } catch (DataAccessException e) {
        // The next sweep comes in seconds.
        log.info("The sweep was interrupted: {}", e.getMostSpecificCause().getMessage());
      }
    }
  }
}
