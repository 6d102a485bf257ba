package io.httpqueue.delivery;

import io.httpqueue.webhook.DeliveryPolicy;
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
    RetryPolicy inForce = retry.policy(policy.retry());
    return new PolicyInForce(
        inForce.maxAttempts(),
        inForce.firstDelay(),
        inForce.factor(),
        inForce.maxDelay(),
        LanePace.maxInFlight(policy, delivery.maxInFlight()));
  }
}
