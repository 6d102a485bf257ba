package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What lanes know of their receivers, in {@code delivery_lane}. */
@Repository
class LaneConditionRepository {

  /** What {@link LaneRepository} sets beside its own columns when a lane ends. */
  static final String SET =
      """
      waits_until = CASE WHEN :waitsFor > 0 THEN now() + :waitsFor * interval '1 ms' END,
      throttled_until = CASE WHEN :throttledFor > 0 THEN now() + :throttledFor * interval '1 ms' END,
      failures = :failures,
      failed_probes = :failedProbes,
      probe_at = now() + :probeIn::bigint * interval '1 ms',
      failing_since = now() - :failingFor::bigint * interval '1 ms',
      rate_free_at = CASE WHEN :rateFullIn > 0 THEN now() + :rateFullIn * interval '1 ms' END
      """;

  /** What {@link LaneRepository} reads when a lane starts. */
  static final String COLUMNS =
      """
      greatest(0, extract(epoch FROM waits_until - now()) * 1000)::bigint AS waits_for,
      greatest(0, extract(epoch FROM throttled_until - now()) * 1000)::bigint AS throttled_for,
      failures, failed_probes,
      CASE WHEN probe_at IS NOT NULL
        THEN greatest(0, extract(epoch FROM probe_at - now()) * 1000)::bigint END AS probe_in,
      (extract(epoch FROM now() - failing_since) * 1000)::bigint AS failing_for,
      greatest(0, extract(epoch FROM rate_free_at - now()) * 1000)::bigint AS rate_full_in
      """;

  private final JdbcClient jdbc;

  LaneConditionRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  static Map<String, @Nullable Object> parameters(LaneCondition condition) {
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put("waitsFor", millis(condition.waitsFor()));
    parameters.put("throttledFor", millis(condition.throttledFor()));
    parameters.put("failures", condition.failures());
    parameters.put("failedProbes", condition.failedProbes());
    parameters.put("probeIn", millis(condition.probeIn()));
    parameters.put("failingFor", millis(condition.failingFor()));
    parameters.put("rateFullIn", millis(condition.rateFullIn()));
    return parameters;
  }

  static LaneCondition read(ResultSet row) throws SQLException {
    return new LaneCondition(
        Duration.ofMillis(row.getLong("waits_for")),
        Duration.ofMillis(row.getLong("throttled_for")),
        row.getInt("failures"),
        row.getInt("failed_probes"),
        duration(row.getObject("probe_in", Long.class)),
        duration(row.getObject("failing_for", Long.class)),
        Duration.ofMillis(row.getLong("rate_full_in")));
  }

  // Up, so that the pause is over where it is looked for after it.
  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.plusNanos(999_999).toMillis();
  }

  private static @Nullable Duration duration(@Nullable Long millis) {
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private static final String SAVE =
      "UPDATE delivery_lane SET "
          + SET
          + " WHERE webhook_id = :webhook AND epoch = :epoch AND running";

  /** Keeps the condition of a lane that runs; nothing happens if it has lost its place. */
  void save(LaneStart lane, LaneCondition condition) {
    jdbc.sql(SAVE)
        .params(parameters(condition))
        .param("webhook", lane.webhookId().value())
        .param("epoch", lane.epoch())
        .update();
  }

  private static final String RESET =
      """
      UPDATE delivery_lane
      SET waits_until = NULL, quiet_until = NULL, throttled_until = NULL, failures = 0, failed_probes = 0,
        probe_at = NULL, failing_since = NULL
      WHERE webhook_id = :webhook
      """;

  void reset(WebhookId webhook) {
    jdbc.sql(RESET).param("webhook", webhook.value()).update();
  }

  private static final String NOT_CLOSED =
      """
      SELECT webhook_id, probe_at > now() AS open FROM delivery_lane
      WHERE webhook_id = ANY (:webhooks::uuid[]) AND probe_at IS NOT NULL
      """;

  /** The breakers that are not closed. */
  Map<WebhookId, BreakerState> breakersNotClosed(Collection<WebhookId> webhooks) {
    Map<WebhookId, BreakerState> found = new HashMap<>();
    jdbc.sql(NOT_CLOSED)
        .param("webhooks", webhooks.stream().map(WebhookId::value).toArray(UUID[]::new))
        .query(
            row -> {
              found.put(
                  new WebhookId(row.getObject("webhook_id", UUID.class)),
                  row.getBoolean("open") ? BreakerState.OPEN : BreakerState.HALF_OPEN);
            });
    return found;
  }
}
