package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is asked of tables that grow is answered along indexes, a bounded number of rows. */
class DeliveryOperationPlansTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final JdbcClient jdbc = database.jdbc();
  private static UUID webhook;

  private final QueryPlans plans = new QueryPlans(jdbc);

  @BeforeAll
  static void fill() {
    SampleRows rows = new SampleRows(jdbc);
    webhook = rows.webhook();
    for (int i = 0; i < 10; i++) {
      rows.deliveries(i == 0 ? webhook : rows.webhook(), "SUCCESS", 1, 0, 2_000);
    }
    rows.analyze();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  private static Map<String, Object> walk() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("webhooks", new UUID[] {webhook});
    parameters.put("event", webhook);
    parameters.put("before", new UUID(-1, -1));
    parameters.put("from", new UUID(0, 0));
    parameters.put("rows", 5_000);
    parameters.put("allStatuses", false);
    parameters.put("statuses", new String[] {"FAILED"});
    parameters.put("webhook", null);
    parameters.put("name", "e");
    parameters.put("namespace", "test");
    parameters.put("limit", 100);
    return parameters;
  }

  @Test
  void listsWalkAlongAnIndexForABoundedNumberOfRows() {
    assertThat(plans.of(DeliveryListRepository.WALK_WEBHOOKS, walk()))
        .contains("Index Cond: ((webhook_id = target.webhook_id) AND (id <")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(DeliveryListRepository.WALK_EVENT, walk()))
        .contains("Index Cond: ((event_id = ")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(DeliveryListRepository.WALK_ALL, walk()))
        .contains("pkey")
        .contains("Limit")
        .doesNotContain("Seq Scan");
  }

  @Test
  void aReplayWalksOneWebhooksDeliveries() {
    Map<String, Object> parameters = new HashMap<>();
    OffsetDateTime now = Instant.EPOCH.atOffset(ZoneOffset.UTC);
    parameters.put("replay", webhook);
    parameters.put("webhook", webhook);
    parameters.put("nextWebhook", webhook);
    parameters.put("after", new UUID(0, 0));
    parameters.put("end", new UUID(-1, -1));
    parameters.put("examine", 2_000);
    parameters.put("room", 25);
    parameters.put("statuses", new String[] {"FAILED"});
    parameters.put("from", now);
    parameters.put("before", now);
    parameters.put("pattern", null);
    parameters.put("maxAttempts", 15);
    assertThat(plans.of(ReplayStepRepository.MOVE, parameters))
        .contains("Index Cond: ((webhook_id = ")
        .contains("Index Cond: ((event_id = walked.event_id) AND (webhook_id =")
        .doesNotContain("Seq Scan");
  }

  @Test
  void theGaugesReadWhatWaitsAlongThePartialIndexes() {
    SampleRows rows = new SampleRows(jdbc);
    rows.deliveries(webhook, "PENDING", 0, 0, 5_000);
    rows.deliveries(webhook, "RETRYING", 1, 60, 5_000);
    rows.analyze();
    assertThat(plans.of(BacklogFiguresRepository.WAITING, Map.of()))
        .contains("using delivery_", "status = 'PENDING'")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(BacklogFiguresRepository.FURTHEST_BEHIND, Map.of()))
        .doesNotContain("Seq Scan on delivery");
    // A row for each webhook that ever had a lane, once; never one of a delivery.
    assertThat(plans.of(BacklogFiguresRepository.HELD, Map.of()))
        .containsOnlyOnce("Scan on delivery_lane");
  }

  @Test
  void theJournalIsReadFromAPosition() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("namespace", "test");
    parameters.put("after", 5);
    parameters.put("upTo", 500);
    parameters.put("webhook", null);
    parameters.put("limit", 100);
    assertThat(plans.of(ChangeJournalRepository.READ, parameters))
        .contains("Index Cond: ((namespace = 'test'::text) AND (\"position\" > ")
        .doesNotContain("Seq Scan");
  }

  @Test
  void statisticsProbeEachWebhook() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("namespace", "test");
    parameters.put("webhook", null);
    parameters.put("minutes", 60L);
    parameters.put("limit", 500);
    parameters.put("most", 10_000);
    assertThat(plans.of(DeliveryStatsRepository.READ, parameters))
        .contains("(webhook_id = webhook.id) AND (span = 'HOUR'::stats_span)")
        .contains("(webhook_id = total.webhook_id)")
        .doesNotContain("Seq Scan");
  }
}
