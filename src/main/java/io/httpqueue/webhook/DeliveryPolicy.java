package io.httpqueue.webhook;

import org.jspecify.annotations.Nullable;

/**
 * How a webhook's deliveries are made. What is null is the server's default, also when that changes
 * later.
 *
 * @param retry when a failed attempt is tried again
 * @param maxInFlight requests at the same time, 1 to 512
 * @param rateLimit how fast requests may start; null for as fast as it goes
 * @param ordering whether deliveries keep the order of their events
 * @param whenHeadFails what an ordered webhook does once a delivery has failed for good
 */
public record DeliveryPolicy(
    RetryOverrides retry,
    @Nullable Integer maxInFlight,
    @Nullable RateLimit rateLimit,
    Ordering ordering,
    HeadFailure whenHeadFails) {

  /** The server's defaults, in no order. */
  public static final DeliveryPolicy DEFAULT =
      new DeliveryPolicy(RetryOverrides.NONE, null, null, Ordering.NONE, HeadFailure.SKIP);
}
