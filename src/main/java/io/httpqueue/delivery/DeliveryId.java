package io.httpqueue.delivery;

import java.util.UUID;

/**
 * Names the delivery of one event to one webhook; receivers see it as {@code HTTPQueue-Delivery}.
 */
public record DeliveryId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
