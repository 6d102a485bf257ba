package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Walks back over deliveries, a bounded number of rows a step. */
@Repository
class DeliveryListRepository {

  /** With more webhooks than these, one walk over all deliveries is cheaper than one over each. */
  private static final int MAX_WEBHOOKS = 500;

  /**
   * A step back.
   *
   * @param webhooks whose deliveries to look at; null: those of the event, or of everybody
   * @param from ends with this id
   * @param before begins below this id
   * @param rows to look at, of each webhook
   */
  record Walk(
      DeliveryFilter filter,
      @Nullable List<WebhookId> webhooks,
      UUID from,
      UUID before,
      int rows) {}

  /**
   * What a step found.
   *
   * @param matches newest first
   * @param next where the next step begins: below this id; null if there is nothing more
   */
  record Walked(List<DeliveryId> matches, @Nullable UUID next) {}

  private final JdbcClient jdbc;

  DeliveryListRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String WEBHOOKS_OF =
      "SELECT id FROM webhook WHERE namespace = :namespace ORDER BY id LIMIT :limit";

  /** All webhooks that the namespace ever had; null where those are too many to be named. */
  @Nullable List<WebhookId> webhooksOf(String namespace) {
    List<WebhookId> webhooks =
        jdbc.sql(WEBHOOKS_OF)
            .param("namespace", namespace)
            .param("limit", MAX_WEBHOOKS + 1)
            .query((row, _) -> new WebhookId(row.getObject("id", UUID.class)))
            .list();
    return webhooks.size() > MAX_WEBHOOKS ? null : webhooks;
  }

  // Each source is read down to a row of its own. What is older than the newest of those is left to
  // the next step, since a source that was not read so far may have something in between.
  private static final String WALK =
      """
      WITH walked AS MATERIALIZED (%s),
      lowest AS MATERIALIZED (SELECT id FROM walked WHERE n = :rows ORDER BY id DESC LIMIT 1)
      SELECT (SELECT id FROM lowest) AS lowest, ARRAY(
        SELECT delivery.id
        FROM walked JOIN LATERAL (SELECT * FROM delivery WHERE id = walked.id) AS delivery ON true
        WHERE walked.id >= coalesce((SELECT id FROM lowest), :from)
          AND (:allStatuses OR shown_status(delivery.status, delivery.attempt_count) = ANY (:statuses::delivery_status[]))
          AND (:webhook::uuid IS NULL OR delivery.webhook_id = :webhook)
          AND (:name::text IS NULL
            OR (SELECT name FROM event WHERE event.id = delivery.event_id) = :name)
          AND (SELECT namespace FROM webhook WHERE webhook.id = delivery.webhook_id) = :namespace
        ORDER BY walked.id DESC
        LIMIT :limit) AS matches
      """;

  private static final String NUMBERED =
      """
      SELECT id, row_number() OVER (ORDER BY id DESC) AS n
      FROM (SELECT id FROM delivery WHERE %s id < :before AND id >= :from ORDER BY id DESC LIMIT :rows) AS step
      """;

  static final String WALK_WEBHOOKS =
      WALK.formatted(
          """
          SELECT step.* FROM unnest(:webhooks::uuid[]) AS target (webhook_id)
          CROSS JOIN LATERAL (%s) AS step
          """
              .formatted(NUMBERED.formatted("webhook_id = target.webhook_id AND")));

  static final String WALK_EVENT = WALK.formatted(NUMBERED.formatted("event_id = :event AND"));
  static final String WALK_ALL = WALK.formatted(NUMBERED.formatted(""));

  /**
   * Makes a step.
   *
   * @param limit at most so many matches
   */
  Walked walk(Walk walk, int limit) {
    DeliveryFilter filter = walk.filter();
    return jdbc.sql(statement(walk))
        .param("webhooks", values(walk.webhooks()))
        .param("event", filter.eventId())
        .param("before", walk.before())
        .param("from", walk.from())
        .param("rows", walk.rows())
        .param("allStatuses", filter.statuses().isEmpty())
        .param("statuses", DeliveryHistoryRepository.names(filter.statuses()))
        .param("webhook", filter.webhook() == null ? null : filter.webhook().value())
        .param("name", filter.eventName())
        .param("namespace", filter.namespace())
        .param("limit", limit)
        .query(
            (row, _) ->
                walked(
                    (UUID[]) row.getArray("matches").getArray(),
                    row.getObject("lowest", UUID.class),
                    limit))
        .single();
  }

  private static String statement(Walk walk) {
    if (walk.filter().eventId() != null) {
      return WALK_EVENT;
    }
    return walk.webhooks() == null ? WALK_ALL : WALK_WEBHOOKS;
  }

  private static UUID[] values(@Nullable List<WebhookId> webhooks) {
    return webhooks == null
        ? new UUID[0]
        : webhooks.stream().map(WebhookId::value).toArray(UUID[]::new);
  }

  private static Walked walked(UUID[] matches, @Nullable UUID lowest, int limit) {
    UUID next = matches.length == limit ? matches[limit - 1] : lowest;
    return new Walked(Arrays.stream(matches).map(DeliveryId::new).toList(), next);
  }
}
