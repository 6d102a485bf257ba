package io.httpqueue.queue;

import io.httpqueue.delivery.DeliveryStats;
import io.httpqueue.event.IdempotencyKeys;
import io.httpqueue.retention.PartitionKeeper;
import io.httpqueue.retention.UnregisteredWebhooks;
import io.httpqueue.webhook.WebhookSecrets;
import java.time.Clock;
import java.time.Duration;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.storage.StorageException;
import org.jobrunr.storage.StorageProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Makes the partitions of the days ahead, keeps tables from growing, and deletes secrets that sign
 * no more, and webhooks of which nothing is kept. Public because JobRunr asks for it.
 */
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

    private static final Logger log = LoggerFactory.getLogger(Handler.class);

    private final PartitionKeeper partitions;
    private final DeliveryStats stats;
    private final IdempotencyKeys idempotencyKeys;
    private final WebhookSecrets secrets;
    private final UnregisteredWebhooks unregistered;
    private final StorageProvider storage;
    private final Clock clock;

    Handler(
        PartitionKeeper partitions,
        DeliveryStats stats,
        IdempotencyKeys idempotencyKeys,
        WebhookSecrets secrets,
        UnregisteredWebhooks unregistered,
        StorageProvider storage,
        Clock clock) {
      this.partitions = partitions;
      this.stats = stats;
      this.idempotencyKeys = idempotencyKeys;
      this.secrets = secrets;
      this.unregistered = unregistered;
      this.storage = storage;
      this.clock = clock;
    }

    @Override
    @Job(name = "housekeeping", retries = 0)
    public void run(HousekeepingJob job) {
      keep("partitions", partitions::keep);
      keep("statistics", stats::prune);
      keep("idempotency keys", idempotencyKeys::turn);
      keep("secrets", secrets::deleteExpired);
      keep("unregistered webhooks", unregistered::delete);
      keep(
          "failed jobs",
          () ->
              storage.deleteJobsPermanently(
                  StateName.FAILED, clock.instant().minus(KEEP_FAILED_JOBS)));
    }

    /**
     * What cannot be done now, as for a lock that somebody holds, is no reason to leave the rest.
     */
    private static void keep(String what, Runnable step) {
      try {
        step.run();
      } catch (DataAccessException | TransactionException | StorageException e) {
        // Partitions are made days ahead, and this comes again in minutes.
        log.info("Housekeeping of {} goes on later: {}", what, e.getMessage());
      }
    }
  }
}
