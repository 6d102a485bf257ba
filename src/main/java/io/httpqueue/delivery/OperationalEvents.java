package io.httpqueue.delivery;

import io.httpqueue.webhook.Webhook;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells operators what went wrong, for whoever registered for it. Calls return at once and never
 * throw; what cannot be told is dropped.
 */
public interface OperationalEvents {

  /**
   * A webhook was taken out of use by the server.
   *
   * @param reason the name of its {@code Disabled.Reason}
   */
  void webhookDisabled(Webhook webhook, String reason, Instant at);

  /**
   * A webhook fails so often that its deliveries wait.
   *
   * @param failuresInARow so far
   * @param errorClass of the last failure; null if that is not known
   */
  void webhookFailing(Webhook webhook, int failuresInARow, @Nullable String errorClass, Instant at);

  /** A delivery has ended without success. */
  void deliveryFailed(FailedDelivery delivery);

  /**
   * A delivery that has ended without success.
   *
   * @param status FAILED or EXPIRED
   * @param errorClass of the last attempt; null if there was none
   * @param reason why it ended, for people; null if that is not known
   */
  record FailedDelivery(
      UUID deliveryId,
      UUID eventId,
      Webhook webhook,
      DeliveryStatus status,
      int attemptCount,
      @Nullable String errorClass,
      @Nullable String reason,
      Instant at) {}
}
