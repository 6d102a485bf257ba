package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Changes single deliveries at somebody's wish. */
@Repository
class DeliveryControlRepository {

  /**
   * A delivery as it is.
   *
   * @param inOrder whether others may wait for it
   * @param unregistered whether its webhook is
   */
  record Current(WebhookId webhook, DeliveryStatus status, boolean inOrder, boolean unregistered) {}

  private final JdbcClient jdbc;

  DeliveryControlRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String LOCK =
      """
      SELECT delivery.webhook_id, delivery.status, delivery.ordering_key IS NOT NULL AS in_order,
        webhook.deleted_at IS NOT NULL AS unregistered
      FROM delivery JOIN webhook ON webhook.id = delivery.webhook_id
      WHERE delivery.id = :id
      FOR UPDATE OF delivery
      """;

  /** Reads a delivery, and lets nobody change it until the transaction ends. */
  Optional<Current> lock(DeliveryId id) {
    return jdbc.sql(LOCK)
        .param("id", id.value())
        .query(
            (row, _) ->
                new Current(
                    new WebhookId(row.getObject("webhook_id", UUID.class)),
                    DeliveryStatus.valueOf(row.getString("status")),
                    row.getBoolean("in_order"),
                    row.getBoolean("unregistered")))
        .optional();
  }

  private static final String BRING_FORWARD =
      """
      UPDATE delivery SET next_attempt_at = now()
      WHERE id = :id AND status = 'RETRYING' AND next_attempt_at > now()
      """;

  /** Has the next attempt made now, if it is planned for later. */
  void bringForward(DeliveryId id) {
    jdbc.sql(BRING_FORWARD).param("id", id.value()).update();
  }

  // An attempt that was under way when the delivery was cancelled is on record, but not counted.
  private static final String REOPEN =
      """
      UPDATE delivery
      SET status = 'RETRYING', next_attempt_at = now(), ended_because = NULL, blocks = NULL,
          attempt_count = made.attempts,
          max_attempts = made.attempts + coalesce(webhook.retry_max_attempts, :maxAttempts),
          expires_at = now() + (event.expires_at - greatest(event.deliver_at, event.accepted_at))
      FROM webhook, event, (
        SELECT greatest(before.attempt_count, (
            SELECT max(number) FROM delivery_attempt WHERE delivery_id = before.id)) AS attempts
        FROM delivery AS before WHERE before.id = :id) AS made
      WHERE delivery.id = :id AND webhook.id = delivery.webhook_id AND event.id = delivery.event_id
        AND delivery.status IN ('FAILED', 'EXPIRED', 'CANCELLED')
      """;

  /** Puts up a delivery that had ended; false if it had not, or its event is not kept any more. */
  boolean reopen(DeliveryId id, int maxAttempts) {
    return jdbc.sql(REOPEN).param("id", id.value()).param("maxAttempts", maxAttempts).update() == 1;
  }

  private static final String CANCEL_IF_IN_THE_WAY =
      """
      UPDATE delivery
      SET status = 'CANCELLED', ended_because = 'it was cancelled', next_attempt_at = NULL, blocks = NULL
      WHERE id = :id
        AND (status NOT IN ('SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED') OR status = 'FAILED' AND blocks)
      """;

  /** Ends a delivery, or the wait for one that FAILED; false if it had ended and none waits. */
  boolean cancelIfInTheWay(DeliveryId id) {
    return jdbc.sql(CANCEL_IF_IN_THE_WAY).param("id", id.value()).update() == 1;
  }

  private static final String STATUS = "SELECT status FROM delivery WHERE id = :id";

  Optional<DeliveryStatus> status(DeliveryId id) {
    return jdbc.sql(STATUS)
        .param("id", id.value())
        .query((row, _) -> DeliveryStatus.valueOf(row.getString("status")))
        .optional();
  }
}
