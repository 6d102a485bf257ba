package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Mends what a crash left: wakes every lane that has due deliveries and is nobody's. It looks at
 * the first waiting row of each webhook only, so its cost grows with the webhooks that have
 * something waiting, not with what waits. Thread-safe.
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

  /** Those that run on no server any more, by one pass over a row for each webhook. */
  static final String LOST =
      """
      SELECT webhook_id FROM delivery_lane
      WHERE (running OR interrupted) AND (lease_until IS NULL OR lease_until < now())
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
          UNION
          """
          + LOST;

  private final JdbcClient jdbc;
  private final LaneWaker waker;
  private final LongSupplier nanoTime;
  private final AtomicLong nextSearchNanos;

  @Autowired
  LaneSweep(JdbcClient jdbc, LaneWaker waker) {
    this(jdbc, waker, System::nanoTime);
  }

  LaneSweep(JdbcClient jdbc, LaneWaker waker, LongSupplier nanoTime) {
    this.jdbc = jdbc;
    this.waker = waker;
    this.nanoTime = nanoTime;
    this.nextSearchNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Wakes the lanes that have lost their server, and those with due work unless the last search for
   * that took long, and was made less than a minute ago.
   */
  public void sweep() {
    if (nanoTime.getAsLong() - nextSearchNanos.get() < 0) {
      wake(find(LOST));
    } else {
      run();
    }
  }

  /** Wakes the lanes of all. */
  public void run() {
    wake(search());
  }

  private List<WebhookId> search() {
    long started = nanoTime.getAsLong();
    try {
      return find(WITH_DUE_WORK);
    } finally {
      long ended = nanoTime.getAsLong();
      Duration rest = TimeShare.briefRestAfter(Duration.ofNanos(ended - started));
      nextSearchNanos.set(ended + rest.toNanos());
    }
  }

  private List<WebhookId> find(String sql) {
    return jdbc.sql(sql)
        .query((row, _) -> new WebhookId(row.getObject("webhook_id", UUID.class)))
        .list();
  }

  private void wake(List<WebhookId> webhooks) {
    if (!webhooks.isEmpty()) {
      waker.wakeAnywhere(webhooks);
    }
  }
}
