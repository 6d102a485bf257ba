package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOrderTest {

  private static TestDatabase database;
  private WebhookId webhook;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
    SampleRows rows = new SampleRows(database.jdbc());
    UUID other = rows.webhook();
    rows.deliveries(other, "SUCCESS", 1, 0, 20_000);
    rows.deliveries(other, "PENDING", 0, 0, 2_000);
    database.jdbc().sql("UPDATE delivery SET ordering_key = 'a' WHERE status = 'PENDING'").update();
    rows.analyze();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void newWebhook() {
    webhook = new WebhookId(new SampleRows(database.jdbc()).webhook());
  }

  private static final String INSERT =
      """
      INSERT INTO delivery (id, event_id, webhook_id, status, attempt_count, max_attempts, expires_at,
        next_attempt_at, ordering_key, blocks)
      SELECT uuid_v7(clock_timestamp()), uuid_v7(clock_timestamp()), :webhook, :status::delivery_status, 1, 15,
        now() + interval '1 hour',
        CASE WHEN :status = 'RETRYING' THEN now() + interval '1 minute' END, :key, CASE WHEN :status = 'FAILED' THEN true END
      RETURNING id
      """;

  private UUID insert(String key, String status) {
    return database
        .jdbc()
        .sql(INSERT)
        .param("webhook", webhook.value())
        .param("status", status)
        .param("key", key)
        .query(UUID.class)
        .single();
  }

  private void setStatus(UUID id, String status) {
    database
        .jdbc()
        .sql(
            "UPDATE delivery SET status = ?::delivery_status, next_attempt_at = now() WHERE id = ?")
        .param(status)
        .param(id)
        .update();
  }

  private KeyOrder order(boolean block) {
    return new KeyOrder(webhook, new KeyOrderRepository(database.jdbc()), block);
  }

  private static List<UUID> next(KeyOrder order) {
    List<UUID> found = new ArrayList<>();
    for (int i = 0; order.hasWork() && i < 100; i++) {
      order.next(3).forEach(delivery -> found.add(delivery.id()));
    }
    return found;
  }

  @Test
  void theFirstOfEachKeyMayStartHoweverManyKeysThereAre() {
    List<UUID> heads = new ArrayList<>();
    for (String key : List.of("", "a", "B", "ü", "日", "a ", "aa", "z")) {
      heads.add(insert(key, "PENDING"));
      insert(key, "PENDING");
    }
    assertThat(next(order(false))).containsExactlyInAnyOrderElementsOf(heads);
  }

  @Test
  void theNextOfAKeyStartsOnceTheOneBeforeIsSettledAndNotWhileItWaitsForARetry() {
    UUID first = insert("a", "PENDING");
    UUID second = insert("a", "PENDING");
    KeyOrder order = order(false);
    assertThat(next(order)).containsExactly(first);
    order.candidate("a");
    assertThat(next(order)).as("while it is under way").isEmpty();
    setStatus(first, "SUCCESS");
    order.settled(first, true);
    assertThat(next(order)).containsExactly(second);
  }

  @Test
  void whatWaitsForItsRetryKeepsThoseBehindItBack() {
    insert("a", "RETRYING");
    insert("a", "PENDING");
    KeyOrder order = order(false);
    order.candidate("a");
    assertThat(next(order)).isEmpty();
  }

  @Test
  void whatHasFailedForGoodBlocksItsKeyOnlyWhereTheWebhookSaysSo() {
    UUID failed = insert("a", "FAILED");
    UUID behind = insert("a", "PENDING");
    UUID other = insert("b", "PENDING");
    assertThat(next(order(true))).containsExactly(other);
    assertThat(next(order(false))).containsExactlyInAnyOrder(behind, other);
    setStatus(failed, "RETRYING");
    assertThat(next(order(true))).containsExactlyInAnyOrder(failed, other);
    setStatus(failed, "CANCELLED");
    assertThat(next(order(true))).containsExactlyInAnyOrder(behind, other);
  }

  @Test
  void whatWasCommittedLateGoesBeforeThoseThatHaveNotStarted() {
    UUID late = insert("a", "CANCELLED");
    UUID early = insert("a", "PENDING");
    UUID last = insert("a", "PENDING");
    KeyOrder order = order(false);
    assertThat(next(order)).containsExactly(early);
    setStatus(late, "PENDING");
    setStatus(early, "SUCCESS");
    order.settled(early, true);
    assertThat(next(order)).containsExactly(late);
    setStatus(late, "SUCCESS");
    order.settled(late, true);
    assertThat(next(order)).containsExactly(last);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theKeysAreFoundByTheirIndex(boolean first) {
    String plan =
        new QueryPlans(database.jdbc())
            .of(
                first ? KeyOrderRepository.KEYS_FROM_THE_START : KeyOrderRepository.KEYS_AFTER,
                Map.of("webhook", webhook.value(), "from", "", "limit", 100));
    assertThat(plan).contains("ordering_key_id_idx").doesNotContain("Seq Scan", "Sort  (cost");
  }
}
