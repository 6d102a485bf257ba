package io.httpqueue.delivery;

import io.httpqueue.webhook.Webhook;
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
  void webhookDisabled(Webhook webhook, String reason);

  /**
   * A webhook fails so often that its deliveries wait.
   *
   * @param failuresInARow so far
   */
  void webhookFailing(Webhook webhook, int failuresInARow);

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
      @Nullable ErrorClass errorClass,
      @Nullable String reason) {}
}
