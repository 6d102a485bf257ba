package io.httpqueue.delivery;

import io.httpqueue.delivery.DeliveryQuery.Subject.OfEvent;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfWebhook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

  private static final String PAGE =
      DeliveryRows.newestFirst(
          """
          SELECT %1$s
          FROM delivery
          WHERE %%s = :subject AND id < :before
            AND (:allStatuses OR shown_status(status, attempt_count) = ANY(:statuses::delivery_status[]))
          ORDER BY id DESC
          LIMIT :limit
          """
              .formatted(DeliveryRows.COLUMNS));

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
        .query(DeliveryRows::read)
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

  static final String BY_IDS =
      DeliveryRows.newestFirst(
          """
          SELECT %s
          FROM delivery
          WHERE id = ANY(:ids::uuid[]) AND id BETWEEN :first AND :last
          """
              .formatted(DeliveryRows.COLUMNS));

  /** The deliveries of these ids, newest first, but for those that are not kept any more. */
  List<Delivery> find(Collection<DeliveryId> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    UUID[] values = ids.stream().map(DeliveryId::value).sorted().toArray(UUID[]::new);
    return jdbc.sql(BY_IDS)
        .param("ids", values)
        .param("first", values[0])
        .param("last", values[values.length - 1])
        .query(DeliveryRows::read)
        .list();
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
                  .add(DeliveryRows.readAttempt(row));
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

  static String[] names(Set<DeliveryStatus> statuses) {
    return statuses.stream().map(DeliveryStatus::name).toArray(String[]::new);
  }
}
