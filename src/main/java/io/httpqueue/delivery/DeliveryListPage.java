package io.httpqueue.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list of deliveries.
 *
 * @param deliveries newest first, without their attempts; may be fewer than asked for, even none
 * @param next where the next page begins: below this id; null on the last page
 */
public record DeliveryListPage(List<Delivery> deliveries, @Nullable DeliveryId next) {

  public DeliveryListPage {
    deliveries = List.copyOf(deliveries);
  }
}
