package io.httpqueue.delivery;

import io.httpqueue.delivery.DeliveryQuery.Subject.OfEvent;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfWebhook;
import io.httpqueue.webhook.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads {@code delivery} and {@code delivery_attempt} for people. */
@Repository
class DeliveryHistoryRepository {

  /** Greater than every UUIDv7: the first page starts below it. */
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final JdbcClient jdbc;

  DeliveryHistoryRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  // The page first, then the last attempt of what is on it: one probe of the primary key each.
  private static final String PAGE =
      """
      SELECT page.*, last.*
      FROM (
        SELECT id, webhook_id, event_id, shown_status(status, attempt_count) AS status, attempt_count,
          max_attempts, created_at,
          last_attempted_at, next_attempt_at, expires_at, ended_because
        FROM delivery
        WHERE %s = :subject AND id < :before
          AND (:allStatuses OR shown_status(status, attempt_count) = ANY(:statuses::delivery_status[]))
        ORDER BY id DESC
        LIMIT :limit
      ) AS page
      LEFT JOIN LATERAL (
        SELECT number, started_at, duration_ms, response_code, response_body, error, error_class
        FROM delivery_attempt
        WHERE delivery_id = page.id
        ORDER BY number DESC
        LIMIT 1
      ) AS last ON true
      ORDER BY page.id DESC
      """;

  static final String PAGE_OF_WEBHOOK = PAGE.formatted("webhook_id");
  static final String PAGE_OF_EVENT = PAGE.formatted("event_id");

  List<Delivery> page(DeliveryQuery query, int limit) {
    DeliveryId before = query.before();
    return jdbc.sql(
            switch (query.subject()) {
              case OfWebhook _ -> PAGE_OF_WEBHOOK;
              case OfEvent _ -> PAGE_OF_EVENT;
            })
        .param("subject", subject(query))
        .param("before", before == null ? ABOVE_ALL : before.value())
        .param("allStatuses", query.statuses().isEmpty())
        .param("statuses", names(query.statuses()))
        .param("limit", limit)
        .query(DeliveryHistoryRepository::readDelivery)
        .list();
  }

  // Apart from the one with statuses, so that the index alone answers it.
  private static final String COUNT = "SELECT count(*) FROM delivery WHERE %s = :subject";

  private static final String COUNT_IN_STATUSES =
      """
      SELECT count(*) FROM delivery
      WHERE %s = :subject AND shown_status(status, attempt_count) = ANY(:statuses::delivery_status[])
      """;

  static final String COUNT_OF_WEBHOOK = COUNT.formatted("webhook_id");
  static final String COUNT_OF_EVENT = COUNT.formatted("event_id");
  static final String COUNT_OF_WEBHOOK_IN_STATUSES = COUNT_IN_STATUSES.formatted("webhook_id");
  static final String COUNT_OF_EVENT_IN_STATUSES = COUNT_IN_STATUSES.formatted("event_id");

  long count(DeliveryQuery query) {
    boolean all = query.statuses().isEmpty();
    JdbcClient.StatementSpec count =
        jdbc.sql(
                switch (query.subject()) {
                  case OfWebhook _ -> all ? COUNT_OF_WEBHOOK : COUNT_OF_WEBHOOK_IN_STATUSES;
                  case OfEvent _ -> all ? COUNT_OF_EVENT : COUNT_OF_EVENT_IN_STATUSES;
                })
            .param("subject", subject(query));
    if (!all) {
      count = count.param("statuses", names(query.statuses()));
    }
    return count.query(Long.class).single();
  }

  static final String ATTEMPTS =
      """
      SELECT delivery_id, number, started_at, duration_ms, response_code, response_body, error, error_class
      FROM delivery_attempt
      WHERE delivery_id = ANY(:deliveries::uuid[])
      ORDER BY delivery_id, number
      """;

  /** The attempts of deliveries, oldest first. */
  Map<UUID, List<Attempt>> attempts(List<DeliveryId> deliveries) {
    Map<UUID, List<Attempt>> attempts = new HashMap<>();
    jdbc.sql(ATTEMPTS)
        .param("deliveries", deliveries.stream().map(DeliveryId::toString).toArray(String[]::new))
        .query(
            row -> {
              attempts
                  .computeIfAbsent(row.getObject("delivery_id", UUID.class), _ -> new ArrayList<>())
                  .add(readAttempt(row));
            });
    return attempts;
  }

  // An event may go before its deliveries; their webhooks are in its namespace.
  private static final String NAMESPACE_OF_EVENT =
      """
      SELECT coalesce(
        (SELECT namespace FROM event WHERE id = :id),
        (SELECT namespace FROM webhook
         WHERE id = (SELECT webhook_id FROM delivery WHERE event_id = :id ORDER BY id LIMIT 1)))
      """;

  Optional<String> namespaceOfEvent(UUID eventId) {
    return Optional.ofNullable(
        jdbc.sql(NAMESPACE_OF_EVENT)
            .param("id", eventId)
            .query((row, _) -> row.getString(1))
            .list()
            .getFirst());
  }

  private static UUID subject(DeliveryQuery query) {
    return switch (query.subject()) {
      case OfWebhook webhook -> webhook.id().value();
      case OfEvent event -> event.id();
    };
  }

  private static String[] names(Set<DeliveryStatus> statuses) {
    return statuses.stream().map(DeliveryStatus::name).toArray(String[]::new);
  }

  private static Delivery readDelivery(ResultSet row, int rowNumber) throws SQLException {
    return new Delivery(
        new DeliveryId(row.getObject("id", UUID.class)),
        new WebhookId(row.getObject("webhook_id", UUID.class)),
        row.getObject("event_id", UUID.class),
        DeliveryStatus.valueOf(row.getString("status")),
        row.getInt("attempt_count"),
        row.getInt("max_attempts"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("last_attempted_at", OffsetDateTime.class)),
        instant(row.getObject("next_attempt_at", OffsetDateTime.class)),
        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
        row.getObject("number") == null ? null : readAttempt(row),
        row.getString("ended_because"),
        List.of());
  }

  private static Attempt readAttempt(ResultSet row) throws SQLException {
    return new Attempt(
        row.getInt("number"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        Duration.ofMillis(row.getInt("duration_ms")),
        row.getObject("response_code", Integer.class),
        row.getString("response_body"),
        row.getString("error"),
        errorClass(row.getString("error_class")));
  }

  private static @Nullable ErrorClass errorClass(@Nullable String name) {
    return name == null ? null : ErrorClass.valueOf(name);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime moment) {
    return moment == null ? null : moment.toInstant();
  }
}
