package io.httpqueue.event;

import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads the filters that webhooks have. */
@Repository
class FilterRepository {

  /** A filter as its webhook has it. */
  record Row(WebhookId webhookId, Instant version, List<String> eventPatterns, String filter) {}

  private final JdbcClient jdbc;

  FilterRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  // The intake asks the same of the same index, in EventRepository.
  static final String OF_NAMESPACE =
      """
      SELECT id, updated_at, event_patterns, filter FROM webhook
      WHERE namespace = :namespace AND filter IS NOT NULL AND deleted_at IS NULL
      """;

  List<Row> of(String namespace) {
    return jdbc.sql(OF_NAMESPACE)
        .param("namespace", namespace)
        .query(
            (row, _) ->
                new Row(
                    new WebhookId(row.getObject("id", UUID.class)),
                    row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                    List.of((String[]) row.getArray("event_patterns").getArray()),
                    row.getString("filter")))
        .list();
  }
}
