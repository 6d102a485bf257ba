package io.httpqueue.queue;

import io.httpqueue.delivery.DeliveryLanes;
import io.httpqueue.delivery.LaneStart;
import io.httpqueue.webhook.WebhookId;
import java.util.UUID;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.springframework.stereotype.Component;

/** Works on one webhook's deliveries. Public because JobRunr asks for it. */
public record LaneJob(UUID webhookId, long epoch) implements JobRequest {

  static LaneJob of(LaneStart start) {
    return new LaneJob(start.webhookId().value(), start.epoch());
  }

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Runs the job. */
  @Component("laneJobHandler")
  public static class Handler implements JobRequestHandler<LaneJob> {

    private final DeliveryLanes lanes;

    Handler(DeliveryLanes lanes) {
      this.lanes = lanes;
    }

    @Override
    @Job(name = "lane of webhook %0", retries = 0)
    public void run(LaneJob job) throws InterruptedException {
      lanes.run(new LaneStart(new WebhookId(job.webhookId()), job.epoch()));
    }
  }
}
