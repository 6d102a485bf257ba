package io.httpqueue.delivery;

import io.httpqueue.delivery.Places.Place;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a lane is told, by other threads, in its mailbox. */
sealed interface LaneMessage {

  /** Deliveries have been committed with ids greater than this one. */
  record NewDeliveries(UUID from) implements LaneMessage {}

  /** Deliveries have been committed, all of which are due; sorted by id, or nearly so. */
  record HandedOver(List<NewDelivery> deliveries) implements LaneMessage {}

  /** Anything may have been committed, or have come to nothing. */
  record LookAgain() implements LaneMessage {}

  /**
   * Something may have been committed within the last seconds, or a retry may be due.
   *
   * @param place to be given back once the lane has looked
   */
  record LookBack(Place place) implements LaneMessage {}

  /** A delivery was cancelled: it need not be sent any more. */
  record Cancelled(UUID deliveryId) implements LaneMessage {}

  /**
   * A request has ended: there is room for another.
   *
   * @param payloadBytes what it held
   * @param reception what it tells of the receiver
   */
  record AttemptEnded(int payloadBytes, Reception reception) implements LaneMessage {}

  /** What was learnt of the receiver does not hold any more. */
  record ReceiverIsWell() implements LaneMessage {}

  /**
   * A delivery's outcome is committed.
   *
   * @param retryAfter null unless it will be tried again
   */
  record Settled(UUID deliveryId, @Nullable Duration retryAfter) implements LaneMessage {}

  /** An attempt was not made after all: the delivery is due as before. */
  record NotMade(DueDelivery delivery) implements LaneMessage {}

  /**
   * Send no more.
   *
   * @param patience how long what is in flight may go on
   */
  record Stop(Duration patience) implements LaneMessage {}
}
