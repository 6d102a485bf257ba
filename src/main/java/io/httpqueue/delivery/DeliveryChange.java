package io.httpqueue.delivery;

import java.time.Instant;

/**
 * A change of a delivery's state.
 *
 * @param position in the journal; rises with each change of one delivery
 * @param delivery as it was after the change, without its attempts
 */
public record DeliveryChange(long position, Instant changedAt, Delivery delivery) {}
