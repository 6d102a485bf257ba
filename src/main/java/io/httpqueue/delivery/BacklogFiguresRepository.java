package io.httpqueue.delivery;

import io.httpqueue.delivery.BacklogFigures.Behind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads what waits, by queries whose cost is bounded however much that is. */
@Repository
class BacklogFiguresRepository {

  /** Beyond it, it is much; how much exactly is not worth reading all of it. */
  static final int COUNTED = 100_000;

  private static final int WORST = 10;

  private final JdbcClient jdbc;

  BacklogFiguresRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  BacklogFigures read() {
    Held held = held();
    return new BacklogFigures(
        counts(WAITING),
        furthestBehind(),
        Map.of("open", held.open(), "half_open", held.halfOpen()),
        held.throttled(),
        counts(DISABLED),
        counts(SIZES));
  }

  // Along the partial indexes of the unfinished, no further than counted.
  static final String WAITING =
      """
      SELECT 'pending' AS what, count(*) AS count
      FROM (SELECT FROM delivery WHERE status = 'PENDING' LIMIT %1$d) AS pending
      UNION ALL
      SELECT 'retrying', count(*)
      FROM (SELECT FROM delivery WHERE status IN ('SENDING', 'RETRYING') LIMIT %1$d) AS retrying
      """
          .formatted(COUNTED);

  // As the sweep reads them; those that are to wait do not count. An id tells when its delivery was
  // made.
  static final String FURTHEST_BEHIND =
      LaneSweep.FIRST_THAT_WAIT
          + """
          , due AS (
            SELECT webhook_id, uuid_extract_timestamp(id) AS since FROM first_attempts
            UNION ALL
            SELECT webhook_id, next_attempt_at FROM retries WHERE next_attempt_at <= now())
          SELECT due.webhook_id, extract(epoch FROM greatest(now() - min(due.since), interval '0')) * 1000 AS age_ms
          FROM due JOIN webhook ON webhook.id = due.webhook_id
          WHERE NOT webhook.held
          GROUP BY due.webhook_id
          ORDER BY age_ms DESC
          LIMIT %d
          """
              .formatted(WORST);

  private List<Behind> furthestBehind() {
    return jdbc.sql(FURTHEST_BEHIND)
        .query(
            (row, _) ->
                new Behind(
                    row.getObject("webhook_id", UUID.class),
                    Duration.ofMillis((long) row.getDouble("age_ms"))))
        .list();
  }

  /** Of the lanes: what their receivers keep them from. */
  private record Held(long open, long halfOpen, long throttled) {}

  // One pass over a row for each webhook.
  static final String HELD =
      """
      SELECT count(*) FILTER (WHERE probe_at > now()) AS open,
        count(*) FILTER (WHERE probe_at <= now()) AS half_open,
        count(*) FILTER (WHERE throttled_until > now()) AS throttled
      FROM delivery_lane
      WHERE probe_at IS NOT NULL OR throttled_until IS NOT NULL
      """;

  private Held held() {
    return jdbc.sql(HELD)
        .query(
            (row, _) ->
                new Held(row.getLong("open"), row.getLong("half_open"), row.getLong("throttled")))
        .single();
  }

  static final String DISABLED =
      """
      SELECT lower(reason::text) AS what, (
        SELECT count(*) FROM webhook
        WHERE deleted_at IS NULL AND disabled_at IS NOT NULL AND disabled_reason = reason) AS count
      FROM unnest(enum_range(NULL::webhook_disabled_reason)) AS reason
      """;

  // What a relation takes on disk, from the file system: no table is read.
  private static final String SIZES =
      """
      SELECT parent.relname AS what, coalesce(sum(pg_total_relation_size(child.inhrelid)), 0)::bigint AS count
      FROM pg_class AS parent
      LEFT JOIN pg_inherits AS child ON child.inhparent = parent.oid
      WHERE parent.oid IN ('event'::regclass, 'delivery'::regclass, 'delivery_attempt'::regclass)
      GROUP BY parent.relname
      """;

  private Map<String, Long> counts(String sql) {
    Map<String, Long> counts = new HashMap<>();
    jdbc.sql(sql)
        .query(
            row -> {
              counts.put(row.getString("what"), row.getLong("count"));
            });
    return counts;
  }
}
