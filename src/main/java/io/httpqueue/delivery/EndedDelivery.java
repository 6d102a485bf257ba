package io.httpqueue.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that has ended without success.
 *
 * @param status FAILED or EXPIRED
 * @param errorClass of the last attempt; null where none ended it
 * @param reason for people; null if it is not known
 */
record EndedDelivery(
    UUID id,
    UUID eventId,
    DeliveryStatus status,
    int attemptCount,
    @Nullable ErrorClass errorClass,
    @Nullable String reason) {}
