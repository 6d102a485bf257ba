package io.httpqueue.delivery;

import io.httpqueue.delivery.StatsSlot.Figures;
import io.httpqueue.delivery.WebhookStats.Latency;
import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code delivery_stats}, and what waits. */
@Repository
class DeliveryStatsRepository {

  private static final int MAX_WEBHOOKS = 500;
  private static final int MAX_COUNTED = 10_000;
  private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json = new JsonMapper();

  DeliveryStatsRepository(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  private static final String WRITE =
      """
      INSERT INTO delivery_stats
      SELECT (extract(epoch FROM starts_at)::bigint / 86400 % 4)::smallint, webhook_id, span::stats_span, starts_at,
        :server::uuid, attempts, successes, failed_attempts, failed, attempt_duration::jsonb, end_to_end::jsonb,
        errors::jsonb
      FROM unnest(:webhooks::uuid[], :spans::text[], :starts::timestamptz[], :attempts::bigint[], :successes::bigint[],
          :failedAttempts::bigint[], :failed::bigint[], :attemptDurations::text[], :endToEnds::text[], :errors::text[])
        AS slot (webhook_id, span, starts_at, attempts, successes, failed_attempts, failed, attempt_duration,
          end_to_end, errors)
      ON CONFLICT (webhook_id, span, starts_at, server_id, turn) DO UPDATE
      SET attempt_count = excluded.attempt_count, success_count = excluded.success_count,
          failed_attempt_count = excluded.failed_attempt_count, failed_count = excluded.failed_count,
          attempt_duration = excluded.attempt_duration, end_to_end = excluded.end_to_end, errors = excluded.errors
      """;

  /** Writes slots of this server, new or in place of what it wrote of them before. */
  void write(UUID server, List<Figures> slots) {
    transaction.executeWithoutResult(
        _ -> {
          // A crash of Postgres may cost the last moments: not worth waiting for the disk.
          jdbc.sql("SET LOCAL synchronous_commit = off").update();
          jdbc.sql(WRITE).params(columns(server, slots)).update();
        });
  }

  private Map<String, Object> columns(UUID server, List<Figures> slots) {
    Map<String, Object> columns = new HashMap<>();
    columns.put("server", server);
    columns.put("webhooks", column(slots, UUID[]::new, slot -> slot.key().webhook().value()));
    columns.put("spans", column(slots, String[]::new, slot -> slot.key().span().name()));
    columns.put("starts", column(slots, String[]::new, slot -> slot.key().startsAt().toString()));
    columns.put("attempts", column(slots, Long[]::new, Figures::attempts));
    columns.put("successes", column(slots, Long[]::new, Figures::successes));
    columns.put("failedAttempts", column(slots, Long[]::new, Figures::failedAttempts));
    columns.put("failed", column(slots, Long[]::new, Figures::failed));
    columns.put(
        "attemptDurations", column(slots, String[]::new, slot -> text(slot.attemptDuration())));
    columns.put("endToEnds", column(slots, String[]::new, slot -> text(slot.endToEnd())));
    columns.put("errors", column(slots, String[]::new, slot -> text(slot.errors())));
    return columns;
  }

  private static <V> V[] column(
      List<Figures> slots, IntFunction<V[]> array, Function<Figures, V> value) {
    return slots.stream().map(value).toArray(array);
  }

  private String text(Map<?, Long> counts) {
    return json.writeValueAsString(counts);
  }

  // Whole hours by the hour, and the minutes before the first of them. What waits is probed for the
  // webhooks of the answer alone, along the partial indexes of what is unfinished.
  static final String READ =
      """
      WITH bounds AS MATERIALIZED (
        SELECT first, date_trunc('hour', first - interval '1 microsecond', 'UTC') + interval '1 hour' AS first_hour
        FROM (SELECT date_trunc('minute', now(), 'UTC') - :minutes * interval '1 minute' AS first) AS window_),
      part AS MATERIALIZED (
        SELECT slot.* FROM bounds, webhook CROSS JOIN LATERAL (
          SELECT * FROM delivery_stats
          WHERE webhook_id = webhook.id AND span = 'MINUTE' AND starts_at >= first AND starts_at < first_hour
          UNION ALL
          SELECT * FROM delivery_stats
          WHERE webhook_id = webhook.id AND span = 'HOUR' AND starts_at >= first_hour) AS slot
        WHERE webhook.namespace = :namespace AND (:webhook::uuid IS NULL OR webhook.id = :webhook)),
      total AS MATERIALIZED (
        SELECT * FROM (
          SELECT webhook_id, sum(attempt_count)::bigint AS attempts, sum(success_count)::bigint AS successes,
            sum(failed_attempt_count)::bigint AS failed_attempts, sum(failed_count)::bigint AS failed
          FROM part GROUP BY webhook_id
          ORDER BY sum(success_count + failed_count) DESC, webhook_id LIMIT :limit) AS busiest
        UNION ALL
        SELECT :webhook::uuid, 0, 0, 0, 0
        WHERE :webhook::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM part)),
      counted AS (
        SELECT webhook_id, kind, jsonb_object_agg(key, n) AS counts
        FROM (
          SELECT webhook_id, kind, entry.key, sum(entry.value::bigint) AS n
          FROM part JOIN total USING (webhook_id),
            LATERAL (VALUES ('duration', attempt_duration), ('age', end_to_end), ('error', errors)) AS kinds (kind, entries),
            LATERAL jsonb_each_text(entries) AS entry
          GROUP BY webhook_id, kind, entry.key) AS sums
        GROUP BY webhook_id, kind)
      SELECT total.*, extract(epoch FROM now() - first)::double precision AS seconds,
        (SELECT counts FROM counted WHERE webhook_id = total.webhook_id AND kind = 'duration') AS attempt_duration,
        (SELECT counts FROM counted WHERE webhook_id = total.webhook_id AND kind = 'age') AS end_to_end,
        (SELECT counts FROM counted WHERE webhook_id = total.webhook_id AND kind = 'error') AS errors,
        (SELECT created_at FROM delivery
          WHERE webhook_id = total.webhook_id AND status = 'PENDING' ORDER BY id LIMIT 1) AS oldest_first,
        (SELECT next_attempt_at FROM delivery
          WHERE webhook_id = total.webhook_id AND status = 'RETRYING' AND next_attempt_at <= now()
          ORDER BY next_attempt_at LIMIT 1) AS oldest_retry,
        (SELECT count(*) FROM (SELECT FROM delivery
          WHERE webhook_id = total.webhook_id AND status = 'PENDING' LIMIT :most) AS waiting)
        + (SELECT count(*) FROM (SELECT FROM delivery
          WHERE webhook_id = total.webhook_id AND status = 'RETRYING' LIMIT :most) AS waiting) AS waiting
      FROM total, bounds
      """;

  private static final String READ_WITH_AGE =
      """
      SELECT figures.*,
        coalesce(extract(epoch FROM now() - least(oldest_first, oldest_retry)) * 1000, 0)::bigint AS oldest_age
      FROM (%s) AS figures
      ORDER BY successes + failed DESC, webhook_id
      """
          .formatted(READ);

  List<WebhookStats> read(String namespace, @Nullable WebhookId webhook, Duration window) {
    return jdbc.sql(READ_WITH_AGE)
        .param("namespace", namespace)
        .param("webhook", webhook == null ? null : webhook.value())
        .param("minutes", window.toMinutes())
        .param("limit", MAX_WEBHOOKS)
        .param("most", MAX_COUNTED)
        .query((row, _) -> readStats(row))
        .list();
  }

  private WebhookStats readStats(ResultSet row) throws SQLException {
    long successes = row.getLong("successes");
    return new WebhookStats(
        new WebhookId(row.getObject("webhook_id", UUID.class)),
        row.getLong("attempts"),
        successes,
        row.getLong("failed_attempts"),
        row.getLong("failed"),
        successes / Math.max(1, row.getDouble("seconds")),
        Latency.of(byBucket(counts(row.getString("attempt_duration")))),
        Latency.of(byBucket(counts(row.getString("end_to_end")))),
        Duration.ofMillis(Math.max(0, row.getLong("oldest_age"))),
        Math.min(MAX_COUNTED, row.getLong("waiting")),
        byErrorClass(counts(row.getString("errors"))));
  }

  private Map<String, Long> counts(@Nullable String object) {
    return object == null ? Map.of() : json.readValue(object, COUNTS);
  }

  private static Map<Integer, Long> byBucket(Map<String, Long> counts) {
    Map<Integer, Long> byBucket = new HashMap<>();
    counts.forEach((bucket, count) -> byBucket.put(Integer.valueOf(bucket), count));
    return byBucket;
  }

  private static Map<ErrorClass, Long> byErrorClass(Map<String, Long> counts) {
    Map<ErrorClass, Long> byErrorClass = new EnumMap<>(ErrorClass.class);
    counts.forEach((name, count) -> byErrorClass.put(ErrorClass.valueOf(name), count));
    return byErrorClass;
  }

  // The table whose turn is tomorrow holds what is three days old. In a day's last hour it is left
  // alone, for servers whose clocks are fast.
  private static final String TO_BE_EMPTIED =
      """
      SELECT ((extract(epoch FROM now())::bigint / 86400 + 1) % 4)::integer AS turn
      WHERE extract(epoch FROM now())::bigint % 86400 < 82800
      """;

  /** Empties the oldest of the four tables, unless it is empty or somebody reads it. */
  void dropOldest() {
    jdbc.sql(TO_BE_EMPTIED)
        .query(Integer.class)
        .optional()
        .map(turn -> "delivery_stats_" + turn)
        .filter(
            table ->
                jdbc.sql("SELECT EXISTS (SELECT FROM %s)".formatted(table))
                    .query(Boolean.class)
                    .single())
        .ifPresent(
            table ->
                transaction.executeWithoutResult(
                    _ -> {
                      jdbc.sql("SET LOCAL lock_timeout = '2s'").update();
                      jdbc.sql("TRUNCATE " + table).update();
                    }));
  }
}
