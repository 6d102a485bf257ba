package io.httpqueue.delivery;

import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.RetryOverrides;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a new delivery may use. */
@Component
public class DeliveryLimits {

  private final RetrySettings retry;
  private final DeliverySettings delivery;

  DeliveryLimits(RetrySettings retry, DeliverySettings delivery) {
    this.retry = retry;
    this.delivery = delivery;
  }

  /** How many attempts a delivery has; at least 1. */
  public int maxAttempts() {
    return retry.maxAttempts();
  }

  /** A webhook's policy with the server's defaults where it says nothing. */
  public PolicyInForce inForce(DeliveryPolicy policy) {
    RetryOverrides own = policy.retry();
    return new PolicyInForce(
        or(own.maxAttempts(), retry.maxAttempts()),
        or(own.firstDelay(), retry.firstDelay()),
        or(own.factor(), retry.factor()),
        or(own.maxDelay(), retry.maxDelay()),
        or(policy.maxInFlight(), delivery.maxInFlight()));
  }

  private static <T> T or(@Nullable T own, T fallback) {
    return own == null ? fallback : own;
  }
}
