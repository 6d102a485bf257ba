package io.httpqueue.delivery;

import io.httpqueue.delivery.Replay.Status;
import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code replay}, but for its cursor. */
@Repository
class ReplayRepository {

  private final JdbcClient jdbc;

  ReplayRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  // How many are running is not exact when several begin at once, which is no harm.
  private static final String INSERT =
      """
      INSERT INTO replay
        (id, namespace, webhook_id, event_pattern, statuses, accepted_from, accepted_before, deliveries_per_second)
      SELECT :id, :namespace, :webhook, :pattern, :statuses::delivery_status[], :from, coalesce(:before::timestamptz, now()), :perSecond
      WHERE (SELECT count(*) FROM replay WHERE namespace = :namespace AND status = 'RUNNING') < :limit
      """;

  /** Writes a new replay down; false if as many as the limit says run in the namespace already. */
  boolean insertIfFewerRun(ReplayId id, ReplayScope scope, int limit) {
    return jdbc.sql(INSERT)
            .param("id", id.value())
            .param("namespace", scope.namespace())
            .param("webhook", scope.webhook() == null ? null : scope.webhook().value())
            .param("pattern", scope.eventPattern())
            .param("statuses", DeliveryHistoryRepository.names(scope.statuses()))
            .param("from", scope.acceptedFrom().atOffset(ZoneOffset.UTC))
            .param("before", utc(scope.acceptedBefore()))
            .param("perSecond", scope.deliveriesPerSecond())
            .param("limit", limit)
            .update()
        == 1;
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  // Its webhooks are gone through one after the other, and of each the deliveries by their time.
  private static final String FIND =
      """
      SELECT replay.*, done.webhooks AS webhooks_done, every.webhooks AS webhooks,
        CASE WHEN at_delivery IS NULL THEN 0 ELSE
          least(1, greatest(0, extract(epoch FROM uuid_extract_timestamp(at_delivery) - accepted_from)
            / greatest(0.001, extract(epoch FROM least(created_at, accepted_before) - accepted_from)))) END AS of_webhook
      FROM replay,
        LATERAL (SELECT count(*) FROM webhook
          WHERE webhook.namespace = replay.namespace AND deleted_at IS NULL
            AND (replay.webhook_id IS NULL OR id = replay.webhook_id)) AS every (webhooks),
        LATERAL (SELECT count(*) FROM webhook
          WHERE webhook.namespace = replay.namespace AND deleted_at IS NULL
            AND replay.webhook_id IS NULL AND id < replay.at_webhook) AS done (webhooks)
      WHERE replay.id = :id
      """;

  Optional<Replay> find(ReplayId id) {
    return jdbc.sql(FIND).param("id", id.value()).query(ReplayRepository::read).optional();
  }

  private static final String CANCEL_IF_RUNNING =
      """
      UPDATE replay SET status = 'CANCELLED', ended_at = now(), lease_until = NULL
      WHERE id = :id AND status = 'RUNNING'
      """;

  /** Ends a replay. Its run holds the row's lock while it makes deliveries: none comes after. */
  void cancelIfRunning(ReplayId id) {
    jdbc.sql(CANCEL_IF_RUNNING).param("id", id.value()).update();
  }

  private static final String ACQUIRE =
      """
      UPDATE replay SET epoch = epoch + 1, lease_until = now() + :lease * interval '1 ms'
      WHERE id = :id AND status = 'RUNNING' AND (lease_until IS NULL OR lease_until < now())
      RETURNING epoch
      """;

  /** Takes a replay that runs nowhere; empty if it does, or has ended. */
  OptionalLong acquire(ReplayId id, Duration lease) {
    return jdbc.sql(ACQUIRE)
        .param("id", id.value())
        .param("lease", lease.toMillis())
        .query(Long.class)
        .optional()
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private static final String RELEASE =
      "UPDATE replay SET lease_until = NULL WHERE id = :id AND epoch = :epoch";

  /** Gives a replay up, so that another server may go on with it at once. */
  void release(ReplayId id, long epoch) {
    jdbc.sql(RELEASE).param("id", id.value()).param("epoch", epoch).update();
  }

  static final String LEFT_BEHIND =
      """
      SELECT id FROM replay
      WHERE status = 'RUNNING' AND (lease_until IS NULL OR lease_until < now())
      ORDER BY namespace, id LIMIT :limit
      """;

  /** Replays that should run and do not. */
  List<ReplayId> leftBehind(int limit) {
    return jdbc.sql(LEFT_BEHIND)
        .param("limit", limit)
        .query((row, _) -> new ReplayId(row.getObject("id", UUID.class)))
        .list();
  }

  private static final String FORGET =
      "DELETE FROM replay WHERE ended_at < now() - :age * interval '1 ms'";

  void forgetEndedBefore(Duration age) {
    jdbc.sql(FORGET).param("age", age.toMillis()).update();
  }

  private static Replay read(ResultSet row, int rowNumber) throws SQLException {
    Status status = Status.valueOf(row.getString("status"));
    OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
    return new Replay(
        new ReplayId(row.getObject("id", UUID.class)),
        scope(row),
        status,
        row.getLong("examined_count"),
        row.getLong("created_count"),
        row.getLong("skipped_count"),
        status == Status.DONE ? 1 : progress(row),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        endedAt == null ? null : endedAt.toInstant());
  }

  private static double progress(ResultSet row) throws SQLException {
    double webhooks = Math.max(1, row.getLong("webhooks"));
    return Math.min(1, (row.getLong("webhooks_done") + row.getDouble("of_webhook")) / webhooks);
  }

  static ReplayScope scope(ResultSet row) throws SQLException {
    @Nullable UUID webhook = row.getObject("webhook_id", UUID.class);
    return new ReplayScope(
        row.getString("namespace"),
        webhook == null ? null : new WebhookId(webhook),
        row.getString("event_pattern"),
        Arrays.stream((String[]) row.getArray("statuses").getArray())
            .map(DeliveryStatus::valueOf)
            .collect(Collectors.toSet()),
        row.getObject("accepted_from", OffsetDateTime.class).toInstant(),
        row.getObject("accepted_before", OffsetDateTime.class).toInstant(),
        row.getInt("deliveries_per_second"));
  }
}
