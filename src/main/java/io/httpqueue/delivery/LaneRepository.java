package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The rows of {@code delivery_lane}: whose turn it is to work on a webhook. All times are Postgres'
 * own, so that a server whose clock is wrong takes nothing from another.
 */
@Repository
class LaneRepository {

  /** How long a woken lane may wait for its start before it counts as lost. */
  static final Duration START_PATIENCE = Duration.ofSeconds(20);

  /**
   * How long after a start of Postgres a lane that ran stays its server's, even if its lease is
   * over: nobody could renew one meanwhile, and what the server has sent is to be recorded before
   * another sends it again.
   */
  private static final Duration RETURN_PATIENCE = Duration.ofSeconds(10);

  private final JdbcClient jdbc;
  private final Duration returnPatience;

  @Autowired
  LaneRepository(JdbcClient jdbc) {
    this(jdbc, RETURN_PATIENCE);
  }

  LaneRepository(JdbcClient jdbc, Duration returnPatience) {
    this.jdbc = jdbc;
    this.returnPatience = returnPatience;
  }

  /**
   * What a lane finds when it starts.
   *
   * @param interrupted whether a lane before it ended without giving its lease up
   * @param since deliveries with greater ids were made after it took the lease
   * @param condition what the lane before knew of the receiver
   */
  record Acquired(boolean interrupted, UUID since, LaneCondition condition) {}

  /**
   * What stood in the row of a lane that was stopped.
   *
   * @param place to be released once the lane is known to have ended
   * @param running whether a lane ran, by the row
   * @param leaseLeft for how long the lane that ran may go on if it does not hear of its end; zero
   *     if none ran
   */
  record Stopped(LaneStart place, boolean running, Duration leaseLeft) {}

  // Lanes that live are left alone without a lock: they are the usual case, and their servers renew
  // these rows. So are those that wait for their receiver. A webhook that is held has nothing to
  // send, but what a lane left behind is to be put right.
  static final String WAKE =
      """
      INSERT INTO delivery_lane AS lane (webhook_id, epoch, lease_until)
      SELECT due.webhook_id, 1, now() + :patience * interval '1 ms'
      FROM unnest(:webhooks::uuid[]) AS due (webhook_id)
      WHERE NOT EXISTS (
        SELECT FROM delivery_lane alive
        WHERE alive.webhook_id = due.webhook_id
          AND (alive.lease_until >= now() OR alive.waits_until > now()))
        AND (NOT EXISTS (SELECT FROM webhook WHERE webhook.id = due.webhook_id AND webhook.held)
          OR EXISTS (SELECT FROM delivery_lane lost
            WHERE lost.webhook_id = due.webhook_id AND (lost.running OR lost.interrupted)))
      ORDER BY due.webhook_id
      ON CONFLICT (webhook_id) DO UPDATE SET
        epoch = lane.epoch + 1,
        lease_until = excluded.lease_until,
        quiet_until = NULL,
        interrupted = lane.interrupted OR lane.running,
        running = false
      WHERE (lane.lease_until IS NULL OR lane.lease_until < now())
        AND (lane.waits_until IS NULL OR lane.waits_until <= now())
        AND (NOT lane.running
          OR pg_postmaster_start_time() <= now() - :return_patience * interval '1 ms')
      RETURNING webhook_id, epoch
      """;

  /**
   * Claims the start of every lane that nobody works on, but for webhooks that are held; the caller
   * must have those started.
   */
  List<LaneStart> wake(Collection<WebhookId> webhooks) {
    return jdbc.sql(WAKE)
        .param("patience", START_PATIENCE.toMillis())
        .param("return_patience", returnPatience.toMillis())
        .param("webhooks", ids(webhooks))
        .query(
            (row, _) ->
                new LaneStart(
                    new WebhookId(row.getObject("webhook_id", UUID.class)), row.getLong("epoch")))
        .list();
  }

  static final String ACQUIRE =
      """
      UPDATE delivery_lane
      SET running = true, lease_until = now() + :lease * interval '1 ms'
      WHERE webhook_id = :webhook AND epoch = :epoch AND NOT running
      RETURNING interrupted, uuid_v7_floor(clock_timestamp()) AS since,
      """
          + LaneConditionRepository.COLUMNS;

  /** Takes the lease; empty if another wake has come since, or the lane runs already. */
  Optional<Acquired> acquire(LaneStart start, Duration lease) {
    return jdbc.sql(ACQUIRE)
        .param("lease", lease.toMillis())
        .param("webhook", start.webhookId().value())
        .param("epoch", start.epoch())
        .query(
            (row, _) ->
                new Acquired(
                    row.getBoolean("interrupted"),
                    row.getObject("since", UUID.class),
                    LaneConditionRepository.read(row)))
        .optional();
  }

  static final String CANCEL_START =
      """
      UPDATE delivery_lane SET lease_until = NULL
      WHERE webhook_id = :webhook AND epoch = :epoch AND NOT running
      """;

  /** Takes back a wake whose start did not come about, so that the next one need not wait. */
  void cancelStart(LaneStart start) {
    jdbc.sql(CANCEL_START)
        .param("webhook", start.webhookId().value())
        .param("epoch", start.epoch())
        .update();
  }

  static final String RENEW =
      """
      UPDATE delivery_lane AS lane
      SET lease_until = now() + :lease * interval '1 ms'
      FROM unnest(:webhooks::uuid[], :epochs::bigint[]) AS mine (webhook_id, epoch)
      WHERE lane.webhook_id = mine.webhook_id AND lane.epoch = mine.epoch AND lane.running
        AND lane.webhook_id = ANY (:webhooks::uuid[])
      RETURNING lane.webhook_id, lane.epoch
      """;

  /** Renews the leases of running lanes, and returns those that are still held. */
  List<LaneStart> renew(Collection<LaneStart> lanes, Duration lease) {
    return jdbc.sql(RENEW)
        .param("lease", lease.toMillis())
        .param(
            "webhooks", lanes.stream().map(lane -> lane.webhookId().value()).toArray(UUID[]::new))
        .param("epochs", lanes.stream().map(LaneStart::epoch).toArray(Long[]::new))
        .query(
            (row, _) ->
                new LaneStart(
                    new WebhookId(row.getObject("webhook_id", UUID.class)), row.getLong("epoch")))
        .list();
  }

  private static final String RELEASE =
      """
      UPDATE delivery_lane
      SET running = false, lease_until = NULL,
        -- what was claimed and not sent is for the next lane, even if nothing else wakes it
        interrupted = EXISTS (SELECT FROM delivery
          WHERE webhook_id = :webhook AND status = 'SENDING' AND next_attempt_at IS NULL)
        %s
      WHERE webhook_id = :webhook AND epoch = :epoch
      """;

  static final String RELEASE_AS_IT_WAS = RELEASE.formatted("");

  /** Gives the lease up without having learnt anything; false if it was not held any more. */
  boolean release(LaneStart lane) {
    return jdbc.sql(RELEASE_AS_IT_WAS)
            .param("webhook", lane.webhookId().value())
            .param("epoch", lane.epoch())
            .update()
        == 1;
  }

  static final String RELEASE_WITH_CONDITION =
      RELEASE.formatted(
          ", quiet_until = CASE WHEN :quietFor > 0 THEN now() + :quietFor * interval '1 ms' END, "
              + LaneConditionRepository.SET);

  /**
   * Gives the lease up; false if it was not held any more.
   *
   * @param condition for the next lane
   * @param quietFor for so long the sweep would find nothing; zero if it might
   */
  boolean release(LaneStart lane, LaneCondition condition, Duration quietFor) {
    return jdbc.sql(RELEASE_WITH_CONDITION)
            .params(LaneConditionRepository.parameters(condition))
            .param("quietFor", quietFor.toMillis())
            .param("webhook", lane.webhookId().value())
            .param("epoch", lane.epoch())
            .update()
        == 1;
  }

  static final String STOP =
      """
      WITH before AS (
        SELECT webhook_id, running, CASE WHEN running OR interrupted THEN lease_until END AS lease_until
        FROM delivery_lane WHERE webhook_id = :webhook FOR UPDATE)
      UPDATE delivery_lane AS lane
      SET epoch = lane.epoch + 1, running = false, interrupted = lane.interrupted OR lane.running,
        lease_until = before.lease_until, waits_until = NULL, quiet_until = NULL
      FROM before
      WHERE lane.webhook_id = before.webhook_id
      RETURNING lane.epoch, before.running,
        greatest(0, coalesce(extract(epoch FROM before.lease_until - now()) * 1000, 0))::bigint AS lease_left
      """;

  /** Ends whatever lane the webhook has; empty if it never had one. */
  Optional<Stopped> stop(WebhookId webhook) {
    return jdbc.sql(STOP)
        .param("webhook", webhook.value())
        .query(
            (row, _) ->
                new Stopped(
                    new LaneStart(webhook, row.getLong("epoch")),
                    row.getBoolean("running"),
                    Duration.ofMillis(row.getLong("lease_left"))))
        .optional();
  }

  static final String RUNNING =
      """
      SELECT webhook_id FROM delivery_lane
      WHERE webhook_id = ANY (:webhooks::uuid[]) AND running AND lease_until >= now()
      """;

  /** Those of the webhooks whose lanes run. */
  List<WebhookId> running(Collection<WebhookId> webhooks) {
    return jdbc.sql(RUNNING)
        .param("webhooks", ids(webhooks))
        .query((row, _) -> new WebhookId(row.getObject("webhook_id", UUID.class)))
        .list();
  }

  private static final String RUNS_FOR =
      """
      SELECT (extract(epoch FROM lease_until - now()) * 1000)::bigint AS lease_left
      FROM delivery_lane
      WHERE webhook_id = :webhook AND running AND lease_until > now()
      """;

  /** How long the lease of the lane that runs is still good for; empty if none runs. */
  Optional<Duration> runsFor(WebhookId webhook) {
    return jdbc.sql(RUNS_FOR)
        .param("webhook", webhook.value())
        .query((row, _) -> Duration.ofMillis(row.getLong("lease_left")))
        .optional();
  }

  private static UUID[] ids(Collection<WebhookId> webhooks) {
    return webhooks.stream().map(WebhookId::value).toArray(UUID[]::new);
  }
}
