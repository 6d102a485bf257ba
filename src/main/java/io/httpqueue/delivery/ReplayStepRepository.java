package io.httpqueue.delivery;

import io.httpqueue.database.HistoryLock;
import io.httpqueue.database.UuidV7;
import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves the cursor of a replay: what it passes and what is made of it are one commit, so that
 * whoever goes on after a crash makes nothing twice.
 */
@Repository
class ReplayStepRepository {

  /** Bounds a commit: what is looked at in it, and what is made. */
  private static final int EXAMINE = 2_000;

  private static final int STEPS_PER_SECOND = 4;
  private static final int MAX_CREATED = 1_000;

  /** How long after its acceptance an event's deliveries are looked for. */
  private static final Duration LATEST_FAN_OUT = Duration.ofDays(1);

  private static final UUID START = new UUID(0, 0);

  /** What a step did. */
  sealed interface Step {

    /**
     * It has moved the cursor.
     *
     * @param webhook whose deliveries it made
     * @param from all of the new ids are greater
     * @param created how many deliveries it made
     */
    record Moved(WebhookId webhook, UUID from, int created) implements Step {}

    /** Its rate does not allow more yet. */
    record Early(Duration pause) implements Step {}

    /** There is nothing more, it was cancelled, or another run has taken its place. */
    record Ended() implements Step {}
  }

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  ReplayStepRepository(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * Makes one step, in a commit of its own.
   *
   * @param lease for how long it may take until the next step
   * @param maxAttempts of a delivery whose webhook does not say
   */
  Step step(ReplayId id, long epoch, Duration lease, int maxAttempts) {
    return transaction.execute(
        _ -> {
          HistoryLock.hold(jdbc);
          Optional<Position> position = lock(id, epoch, lease);
          return position.isEmpty() ? new Step.Ended() : step(position.get(), maxAttempts);
        });
  }

  private Step step(Position position, int maxAttempts) {
    if (position.pause().isPositive()) {
      return new Step.Early(position.pause());
    }
    Optional<UUID> webhook = webhook(position);
    if (webhook.isEmpty()) {
      jdbc.sql(FINISH).param("id", position.id()).update();
      return new Step.Ended();
    }
    return move(position, webhook.get(), maxAttempts);
  }

  /**
   * Where a replay is.
   *
   * @param pause until its rate allows more
   */
  private record Position(
      UUID id,
      ReplayScope scope,
      Instant acceptedBefore,
      Instant createdAt,
      @Nullable UUID atWebhook,
      @Nullable UUID atDelivery,
      Duration pause) {}

  private static final String LOCK =
      """
      UPDATE replay SET lease_until = now() + :lease * interval '1 ms'
      WHERE id = :id AND epoch = :epoch AND status = 'RUNNING'
      RETURNING *, (extract(epoch FROM next_batch_at - now()) * 1000)::bigint AS wait
      """;

  private Optional<Position> lock(ReplayId id, long epoch, Duration lease) {
    return jdbc.sql(LOCK)
        .param("id", id.value())
        .param("epoch", epoch)
        .param("lease", lease.toMillis())
        .query(ReplayStepRepository::readPosition)
        .optional();
  }

  private static Position readPosition(ResultSet row, int rowNumber) throws SQLException {
    return new Position(
        row.getObject("id", UUID.class),
        ReplayRepository.scope(row),
        row.getObject("accepted_before", OffsetDateTime.class).toInstant(),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("at_webhook", UUID.class),
        row.getObject("at_delivery", UUID.class),
        Duration.ofMillis(row.getLong("wait")));
  }

  // Those that were unregistered since are passed over.
  static final String WEBHOOK =
      """
      SELECT id FROM webhook
      WHERE namespace = :namespace AND deleted_at IS NULL AND id >= :at
        AND (:webhook::uuid IS NULL OR id = :webhook)
      ORDER BY id LIMIT 1
      """;

  private Optional<UUID> webhook(Position position) {
    WebhookId only = position.scope().webhook();
    UUID at = position.atWebhook() == null ? START : position.atWebhook();
    return jdbc.sql(WEBHOOK)
        .param("namespace", position.scope().namespace())
        .param("at", at)
        .param("webhook", only == null ? null : only.value())
        .query(UUID.class)
        .optional();
  }

  private static final String FINISH =
      """
      UPDATE replay SET status = 'DONE', ended_at = now(), lease_until = NULL
      WHERE id = :id AND status = 'RUNNING'
      """;

  // The deliveries that the fan-out made, each of which stands for all that were made of its event
  // and webhook: the newest of those tells how it ended. The cursor stops at the last one that was
  // made where there was no room for more; beyond the last delivery it goes to the next webhook.
  static final String MOVE =
      """
      WITH walked AS MATERIALIZED (
        SELECT id, event_id, status, replay_id FROM delivery
        WHERE webhook_id = :webhook AND id > :after AND id < :end
        ORDER BY id LIMIT :examine),
      original AS (
        SELECT walked.id, walked.event_id, coalesce(newest.status, walked.status) AS status
        FROM walked LEFT JOIN LATERAL (
          SELECT again.status FROM delivery AS again
          WHERE again.event_id = walked.event_id AND again.webhook_id = :webhook AND again.replay_id IS NOT NULL
          ORDER BY again.id DESC LIMIT 1) AS newest ON true
        WHERE walked.replay_id IS NULL),
      candidate AS MATERIALIZED (
        SELECT original.id, original.event_id, event.id IS NULL AS gone, event.ordering_key,
          event.expires_at - greatest(event.deliver_at, event.accepted_at) AS time_to_live
        FROM original LEFT JOIN LATERAL (SELECT * FROM event WHERE id = original.event_id) AS event ON true
        WHERE original.status = ANY (:statuses::delivery_status[])
          AND (event.id IS NULL OR event.accepted_at >= :from AND event.accepted_at < :before
            AND (:pattern::text IS NULL OR :pattern = ANY (event_patterns_matching(event.name))))),
      chosen AS MATERIALIZED (SELECT * FROM candidate WHERE NOT gone ORDER BY id LIMIT :room),
      reached AS MATERIALIZED (
        SELECT CASE WHEN (SELECT count(*) FROM chosen) = :room THEN (SELECT id FROM chosen ORDER BY id DESC LIMIT 1)
          WHEN (SELECT count(*) FROM walked) = :examine THEN (SELECT id FROM walked ORDER BY id DESC LIMIT 1) END AS at),
      made AS (
        INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at, ordering_key, replay_id)
        SELECT next_uuid_v7(), event_id, webhook.id, coalesce(webhook.retry_max_attempts, :maxAttempts), now() + time_to_live,
          ordering_key, :replay
        FROM chosen, webhook WHERE webhook.id = :webhook
        ORDER BY chosen.id
        RETURNING id)
      UPDATE replay
      SET at_webhook = CASE WHEN reached.at IS NULL THEN :nextWebhook ELSE :webhook END,
          at_delivery = reached.at,
          examined_count = examined_count + (SELECT count(*) FROM walked WHERE id <= coalesce(reached.at, :end)),
          created_count = created_count + (SELECT count(*) FROM made),
          skipped_count = skipped_count + (SELECT count(*) FROM candidate WHERE gone AND id <= coalesce(reached.at, :end)),
          next_batch_at = greatest(next_batch_at, now() - interval '1 second')
            + (SELECT count(*) FROM made) * interval '1 second' / deliveries_per_second
      FROM reached
      WHERE replay.id = :replay
      RETURNING (SELECT count(*) FROM made) AS created, uuid_v7_floor(statement_timestamp()) AS made_from
      """;

  private Step move(Position position, UUID webhook, int maxAttempts) {
    ReplayScope scope = position.scope();
    boolean goesOn = webhook.equals(position.atWebhook()) && position.atDelivery() != null;
    return jdbc.sql(MOVE)
        .param("replay", position.id())
        .param("webhook", webhook)
        .param("nextWebhook", next(webhook))
        .param("after", goesOn ? position.atDelivery() : floor(scope.acceptedFrom()))
        .param("end", end(position))
        .param("examine", EXAMINE)
        .param("room", room(scope))
        .param("statuses", DeliveryHistoryRepository.names(scope.statuses()))
        .param("from", scope.acceptedFrom().atOffset(ZoneOffset.UTC))
        .param("before", position.acceptedBefore().atOffset(ZoneOffset.UTC))
        .param("pattern", scope.eventPattern())
        .param("maxAttempts", maxAttempts)
        .query(
            (row, _) ->
                (Step)
                    new Step.Moved(
                        new WebhookId(webhook),
                        row.getObject("made_from", UUID.class),
                        row.getInt("created")))
        .single();
  }

  /** What was made after the replay began is none of its business. */
  private static UUID end(Position position) {
    Instant latest = position.acceptedBefore().plus(LATEST_FAN_OUT);
    return floor(latest.isBefore(position.createdAt()) ? latest : position.createdAt());
  }

  private static int room(ReplayScope scope) {
    return Math.clamp(scope.deliveriesPerSecond() / STEPS_PER_SECOND, 1, MAX_CREATED);
  }

  private static UUID floor(Instant moment) {
    return UuidV7.floor(moment);
  }

  /** The smallest id that is greater. */
  private static UUID next(UUID id) {
    long low = id.getLeastSignificantBits() + 1;
    return new UUID(id.getMostSignificantBits() + (low == 0 ? 1 : 0), low);
  }
}
