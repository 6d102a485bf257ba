package io.httpqueue.bench;

import java.util.UUID;
import org.jobrunr.jobs.lambdas.JobRequest;

/** The job of the baseline: one delivery. Public, as JobRunr asks for. */
public record BaselineDelivery(UUID deliveryId, UUID eventId, UUID webhookId)
    implements JobRequest {

  @Override
  public Class<BaselineHandler> getJobRequestHandler() {
    return BaselineHandler.class;
  }
}
