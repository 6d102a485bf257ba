package io.httpqueue.delivery;

import java.util.List;

/**
 * A page of deliveries.
 *
 * @param deliveries newest first
 * @param total how many there are on all pages
 * @param hasMore whether older ones follow
 */
public record DeliveryPage(List<Delivery> deliveries, long total, boolean hasMore) {

  public DeliveryPage {
    deliveries = List.copyOf(deliveries);
  }
}
