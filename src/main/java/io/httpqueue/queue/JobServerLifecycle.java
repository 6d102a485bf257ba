package io.httpqueue.queue;

import io.httpqueue.database.ReadinessCheck;
import io.httpqueue.delivery.DeliveryLanes;
import io.httpqueue.delivery.Replays;
import io.httpqueue.encryption.Reencryption;
import io.httpqueue.event.FanOut;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.scheduling.RecurringJobBuilder;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts JobRunr, starts it again where it gave up (it does after a few failures in a row, as while
 * Postgres is away), and stops it: first no new jobs, then the lanes give their leases up, so that
 * other servers take them at once. Not there on a server that is no worker.
 */
@Component
@ConditionalOnProperty("jobrunr.background-job-server.enabled")
class JobServerLifecycle implements SmartLifecycle, ReadinessCheck {

  /** Stops after the API, which accepts, and before what the jobs use. */
  static final int PHASE = 1_000;

  private static final Logger log = LoggerFactory.getLogger(JobServerLifecycle.class);
  private static final Duration END_LANES_IN = Duration.ofSeconds(2);

  /** For what lanes have to write once their requests have ended, with Postgres away perhaps. */
  private static final Duration OUTCOMES_PATIENCE = Duration.ofSeconds(40);

  private static final Duration WATCH_EVERY = Duration.ofSeconds(1);

  /**
   * What recurs is made by JobRunr's master. Where that was killed, as a server that runs alone is
   * when it is killed, another takes its place in about 20 s; a server that starts does not wait
   * for it.
   */
  private static final Duration WITHOUT_MASTER = Duration.ofSeconds(30);

  private final BackgroundJobServer jobServer;
  private final JobRequestScheduler scheduler;
  private final DeliveryLanes lanes;
  private final LaneThreads laneThreads;
  private final FanOut fanOut;
  private final Reencryption reencryption;
  private final Replays replays;
  private final QueueSettings settings;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean running;

  JobServerLifecycle(
      BackgroundJobServer jobServer,
      JobRequestScheduler scheduler,
      DeliveryLanes lanes,
      LaneThreads laneThreads,
      FanOut fanOut,
      Reencryption reencryption,
      Replays replays,
      QueueSettings settings) {
    this.jobServer = jobServer;
    this.scheduler = scheduler;
    this.lanes = lanes;
    this.laneThreads = laneThreads;
    this.fanOut = fanOut;
    this.reencryption = reencryption;
    this.replays = replays;
    this.settings = settings;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public void start() {
    recur("sweep", settings.sweepInterval(), new SweepJob());
    recur("housekeeping", Duration.ofMinutes(10), new HousekeepingJob());
    recur("re-encryption", Duration.ofMinutes(10), ReencryptionJob.anywhere());
    // This server may be the first that has a new key.
    scheduler.enqueue(ReencryptionJob.under(reencryption.key()));
    jobServer.start();
    running = true;
    Thread.ofVirtual().name("job-server-watch").start(this::watch);
  }

  private void recur(String id, Duration interval, org.jobrunr.jobs.lambdas.JobRequest job) {
    RecurringJobBuilder recurring =
        RecurringJobBuilder.aRecurringJob()
            .withId(id)
            .withName(id)
            .withAmountOfRetries(0)
            .withInterval(interval)
            .withJobRequest(job);
    try {
      scheduler.createRecurrently(recurring);
    } catch (StorageException e) {
      // Another server that starts made it between JobRunr's update and its insert.
      scheduler.createRecurrently(recurring);
    }
  }

  @Override
  public void stop() {
    running = false;
    stopping.countDown();
    fanOut.stop();
    // Both wait for lanes: those must be told before either is waited for.
    Thread jobServerStop = Thread.ofPlatform().name("job-server-stop").start(jobServer::stop);
    Thread laneStop = Thread.ofPlatform().name("lane-stop").start(this::stopLaneThreads);
    try {
      awaitNoNewJobs();
      replays.endRuns();
      lanes.stopAll(settings.shutdownGrace());
      jobServerStop.join();
      laneStop.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public String name() {
    return "JobRunr";
  }

  @Override
  public boolean isReady() {
    return running && jobServer.isRunning() && jobServer.isAnnounced();
  }

  private void awaitNoNewJobs() throws InterruptedException {
    long patience = System.nanoTime() + WATCH_EVERY.toNanos();
    while (jobServer.isRunning() && System.nanoTime() < patience) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void watch() {
    boolean said = false;
    Sweeps sweeps = new Sweeps();
    while (!isStopping()) {
      try {
        if (jobServer.isRunning()) {
          said = false;
          sweeps.enqueueIfDue();
        } else {
          said = said || sayOnce();
          // JobRunr waits for its jobs before it can be started again.
          fanOut.endTurns();
          replays.endRuns();
          lanes.endAll(END_LANES_IN);
          jobServer.start();
          sweeps = new Sweeps();
        }
      } catch (RuntimeException e) {
        // Postgres is still away, or was again.
        log.debug("JobRunr did not start, or took no sweep: {}", e.getMessage());
      }
    }
  }

  /** Those of the first while after a start of JobRunr. Used by the watching thread alone. */
  private final class Sweeps {

    private final long startedNanos = System.nanoTime();
    private long nextInNanos;

    void enqueueIfDue() {
      long passed = System.nanoTime() - startedNanos;
      if (passed >= nextInNanos && passed < WITHOUT_MASTER.toNanos()) {
        nextInNanos = passed + settings.sweepInterval().toNanos();
        scheduler.enqueue(new SweepJob());
      }
    }
  }

  private void stopLaneThreads() {
    laneThreads.stop(settings.shutdownGrace().plus(OUTCOMES_PATIENCE));
  }

  private static boolean sayOnce() {
    log.warn("JobRunr has stopped; it is started again as soon as Postgres answers");
    return true;
  }

  private boolean isStopping() {
    try {
      return stopping.await(WATCH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
