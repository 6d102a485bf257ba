package io.httpqueue.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class UnregisteredWebhooksTest {

  private static final List<String> DEPENDENTS =
      List.of(
          "webhook_subscription", "webhook_secret", "webhook_client_certificate", "delivery_lane");

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final JdbcClient jdbc = database.jdbc();
  private final SampleRows rows = new SampleRows(jdbc);
  private final UnregisteredWebhooks webhooks =
      new UnregisteredWebhooks(
          database.dataSource(),
          new RetentionSettings(Duration.ofDays(30), null, Duration.ofDays(7)));
  private final UUID webhook = rows.webhook();

  @BeforeEach
  void giveItAllThatAWebhookHas() {
    jdbc.sql("INSERT INTO webhook_subscription VALUES ('test', '*', :id)")
        .param("id", webhook)
        .update();
    jdbc.sql(
            """
            INSERT INTO webhook_secret (webhook_id, id, secret) VALUES (:id, gen_random_uuid(), decode(repeat('00', 60), 'hex'))
            """)
        .param("id", webhook)
        .update();
    jdbc.sql(
            "INSERT INTO webhook_client_certificate VALUES (:id, decode(repeat('00', 60), 'hex'),"
                + " decode(repeat('00', 60), 'hex'))")
        .param("id", webhook)
        .update();
    jdbc.sql("INSERT INTO delivery_lane (webhook_id, epoch) VALUES (:id, 1)")
        .param("id", webhook)
        .update();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void deletesWithAllItHasWhatWasUnregisteredLongerAgoThanHistoryIsKept() {
    unregister("32 days");
    webhooks.delete();
    assertThat(exists()).isFalse();
    for (String dependent : DEPENDENTS) {
      assertThat(count(dependent)).as(dependent).isZero();
    }
  }

  @Test
  void keepsWhatIsRegisteredOrHasNotBeenUnregisteredForThatLong() {
    webhooks.delete();
    assertThat(exists()).isTrue();
    unregister("30 days 20 hours");
    webhooks.delete();
    assertThat(exists()).isTrue();
  }

  @Test
  void keepsTheWebhookOfADeliveryThatIsStillThere() {
    unregister("32 days");
    rows.deliveries(webhook, "SUCCESS", 1, 0, 1);
    webhooks.delete();
    assertThat(exists()).isTrue();
  }

  @Test
  void keepsTheWebhookOfAReplayThatIsStillThere() {
    unregister("32 days");
    jdbc.sql(
            """
            INSERT INTO replay (id, namespace, webhook_id, statuses, accepted_from, accepted_before,
              deliveries_per_second)
            VALUES (gen_random_uuid(), 'test', :id, '{FAILED}', now(), now(), 1)
            """)
        .param("id", webhook)
        .update();
    webhooks.delete();
    assertThat(exists()).isTrue();
  }

  @Test
  void findsThemByAnIndexAmongManyThatAreRegistered() {
    jdbc.sql(
            """
            INSERT INTO webhook (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
            SELECT gen_random_uuid(), 'test', 'http://127.0.0.1:1/', '{*}', '{}', 5, true, ''
            FROM generate_series(1, 10000)
            """)
        .update();
    unregister("32 days");
    rows.analyze();
    assertThat(
            new QueryPlans(jdbc).of(UnregisteredWebhooks.OVER, Map.of("keep", 30, "limit", 1000)))
        .contains("webhook_unregistered")
        .contains("webhook_id_id_idx")
        .doesNotContain("Seq Scan on webhook", "Seq Scan on delivery");
  }

  private void unregister(String ago) {
    jdbc.sql(
            "UPDATE webhook SET deleted_at = now() - :ago::interval, active = false WHERE id = :id")
        .param("ago", ago)
        .param("id", webhook)
        .update();
  }

  private boolean exists() {
    return jdbc.sql("SELECT EXISTS (SELECT FROM webhook WHERE id = :id)")
        .param("id", webhook)
        .query(Boolean.class)
        .single();
  }

  private int count(String table) {
    return jdbc.sql("SELECT count(*) FROM %s WHERE webhook_id = :id".formatted(table))
        .param("id", webhook)
        .query(Integer.class)
        .single();
  }
}
