package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Mends what a crash left: wakes every lane that has due deliveries and is nobody's. It looks at
 * the first waiting row of each webhook only, so its cost grows with the webhooks that have
 * something waiting, not with what waits.
 */
@Component
public class LaneSweep {

  /**
   * How a statement begins that goes by the first row of either kind that waits, of each webhook:
   * one look into an index for each, however many wait.
   */
  static final String FIRST_THAT_WAIT =
      """
      WITH RECURSIVE first_attempts AS (
        (SELECT webhook_id, id FROM delivery WHERE status = 'PENDING' ORDER BY webhook_id, id LIMIT 1)
        UNION ALL
        SELECT next.webhook_id, next.id FROM first_attempts, LATERAL (
          SELECT webhook_id, id FROM delivery
          WHERE status = 'PENDING' AND webhook_id > first_attempts.webhook_id
          ORDER BY webhook_id, id LIMIT 1) AS next),
      retries AS (
        (SELECT webhook_id, next_attempt_at FROM delivery
         WHERE status IN ('SENDING', 'RETRYING') ORDER BY webhook_id, next_attempt_at LIMIT 1)
        UNION ALL
        SELECT next.webhook_id, next.next_attempt_at FROM retries, LATERAL (
          SELECT webhook_id, next_attempt_at FROM delivery
          WHERE status IN ('SENDING', 'RETRYING') AND webhook_id > retries.webhook_id
          ORDER BY webhook_id, next_attempt_at LIMIT 1) AS next)
      """;

  static final String WITH_DUE_WORK =
      FIRST_THAT_WAIT
          + """
          SELECT webhook_id FROM (
            SELECT webhook_id FROM first_attempts
            UNION SELECT webhook_id FROM retries WHERE next_attempt_at <= now()) AS due
          WHERE NOT EXISTS (
              SELECT FROM delivery_lane AS waiting
              WHERE waiting.webhook_id = due.webhook_id
                AND greatest(waiting.waits_until, waiting.quiet_until) > now())
            AND NOT EXISTS (SELECT FROM webhook WHERE webhook.id = due.webhook_id AND webhook.held)
          UNION SELECT webhook_id FROM delivery_lane
            WHERE (running OR interrupted) AND (lease_until IS NULL OR lease_until < now())
          """;

  private final JdbcClient jdbc;
  private final LaneWaker waker;

  LaneSweep(JdbcClient jdbc, LaneWaker waker) {
    this.jdbc = jdbc;
    this.waker = waker;
  }

  /** Wakes the lanes; returns how many webhooks had due work, with or without a lane. */
  public int run() {
    List<WebhookId> due =
        jdbc.sql(WITH_DUE_WORK)
            .query((row, _) -> new WebhookId(row.getObject("webhook_id", UUID.class)))
            .list();
    if (!due.isEmpty()) {
      waker.wakeSleeping(due);
    }
    return due.size();
  }
}
