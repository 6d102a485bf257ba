package io.httpqueue.delivery;

import org.springframework.stereotype.Component;

/** What a new delivery may use. */
@Component
public class DeliveryLimits {

  private final RetrySettings retry;

  DeliveryLimits(RetrySettings retry) {
    this.retry = retry;
  }

  /** How many attempts a delivery has; at least 1. */
  public int maxAttempts() {
    return retry.maxAttempts();
  }
}
