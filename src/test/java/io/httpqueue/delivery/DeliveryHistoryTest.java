package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.delivery.DeliveryQuery.Subject;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfEvent;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfWebhook;
import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DeliveryHistoryTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();

  private final JdbcClient jdbc = database.jdbc();
  private final DeliveryHistory history = new DeliveryHistory(new DeliveryHistoryRepository(jdbc));
  private final WebhookId webhook = new WebhookId(UUID.randomUUID());
  private final UUID event = UUID.randomUUID();

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("TRUNCATE event, delivery, delivery_attempt").update();
  }

  @Test
  void aDeliveryWithoutAttemptHasNone() {
    DeliveryId id = insert(webhook, event, DeliveryStatus.PENDING, 0);

    Delivery delivery = page(new OfWebhook(webhook), Set.of(), 10, null).deliveries().getFirst();

    assertThat(delivery.id()).isEqualTo(id);
    assertThat(delivery.webhookId()).isEqualTo(webhook);
    assertThat(delivery.eventId()).isEqualTo(event);
    assertThat(delivery.status()).isEqualTo(DeliveryStatus.PENDING);
    assertThat(delivery.maxAttempts()).isEqualTo(15);
    assertThat(Duration.between(delivery.createdAt(), delivery.expiresAt()))
        .isEqualTo(Duration.ofDays(3));
    assertThat(delivery.lastAttempt()).isNull();
    assertThat(delivery.lastAttemptedAt()).isNull();
    assertThat(delivery.nextAttemptAt()).isNull();
    assertThat(delivery.endedBecause()).isNull();
  }

  @Test
  void theLastAttemptIsTheOneWithTheHighestNumber() {
    insertAttempt(insert(webhook, event, DeliveryStatus.RETRYING, 2), 1, 500, "HTTP 500");
    DeliveryId id = insert(webhook, event, DeliveryStatus.RETRYING, 11);
    insertAttempt(id, 2, 500, "HTTP 500");
    insertAttempt(id, 10, null, "connection refused");
    insertAttempt(id, 9, 503, "HTTP 503");

    Delivery delivery = page(new OfWebhook(webhook), Set.of(), 1, null).deliveries().getFirst();

    assertThat(delivery.id()).isEqualTo(id);
    assertThat(delivery.lastAttempt())
        .isNotNull()
        .satisfies(
            attempt -> {
              assertThat(attempt.number()).isEqualTo(10);
              assertThat(attempt.duration()).isEqualTo(Duration.ofMillis(12));
              assertThat(attempt.responseCode()).isNull();
              assertThat(attempt.responseBody()).isNull();
              assertThat(attempt.error()).isEqualTo("connection refused");
            });
    assertThat(delivery.attempts()).isEmpty();
  }

  @Test
  void attemptsComeOldestFirstWithTheirOwnDelivery() {
    DeliveryId first = insert(webhook, event, DeliveryStatus.RETRYING, 2);
    DeliveryId second = insert(webhook, event, DeliveryStatus.SUCCESS, 1);
    insert(webhook, event, DeliveryStatus.PENDING, 0);
    insertAttempt(first, 2, 502, "HTTP 502");
    insertAttempt(first, 1, 500, "HTTP 500");
    insertAttempt(second, 1, 200, null);

    List<Delivery> deliveries =
        history.page(new DeliveryQuery(new OfEvent(event), Set.of(), 10, null, true)).deliveries();

    assertThat(deliveries)
        .extracting(
            delivery -> delivery.attempts().stream().map(Attempt::responseCode).toList().toString())
        .containsExactly("[]", "[200]", "[500, 502]");
  }

  @Test
  void pagesGoFromTheNewestToTheOldestAndTellTheTotal() {
    List<DeliveryId> ids =
        Stream.generate(() -> insert(webhook, event, DeliveryStatus.SUCCESS, 1))
            .limit(5)
            .toList()
            .reversed();
    insert(new WebhookId(UUID.randomUUID()), UUID.randomUUID(), DeliveryStatus.SUCCESS, 1);

    for (Subject subject : List.of(new OfWebhook(webhook), new OfEvent(event))) {
      DeliveryPage first = page(subject, Set.of(), 2, null);
      DeliveryPage second = page(subject, Set.of(), 2, ids.get(1));
      DeliveryPage last = page(subject, Set.of(), 2, ids.get(3));
      assertThat(ids(first)).isEqualTo(ids.subList(0, 2));
      assertThat(ids(second)).isEqualTo(ids.subList(2, 4));
      assertThat(ids(last)).isEqualTo(ids.subList(4, 5));
      assertThat(List.of(first.hasMore(), second.hasMore(), last.hasMore()))
          .containsExactly(true, true, false);
      assertThat(List.of(first.total(), second.total(), last.total())).containsOnly(5L);
    }
  }

  @Test
  void statusesNarrowThePageAndItsTotal() {
    DeliveryId failed = insert(webhook, event, DeliveryStatus.FAILED, 1);
    insert(webhook, event, DeliveryStatus.SUCCESS, 1);
    DeliveryId expired = insert(webhook, event, DeliveryStatus.EXPIRED, 1);

    for (Subject subject : List.of(new OfWebhook(webhook), new OfEvent(event))) {
      DeliveryPage page =
          page(subject, Set.of(DeliveryStatus.FAILED, DeliveryStatus.EXPIRED), 10, null);
      assertThat(ids(page)).containsExactly(expired, failed);
      assertThat(page.total()).isEqualTo(2);
    }
  }

  @Test
  void theNamespaceOfAnEventIsKnownWhileItIsKept() {
    UUID id =
        jdbc.sql(
                """
                INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
                VALUES (uuid_v7(now()), 'shop', 'e', '1', '{}', '{}', now()) RETURNING id
                """)
            .query(UUID.class)
            .single();

    assertThat(history.namespaceOfEvent(id)).contains("shop");
    assertThat(history.namespaceOfEvent(UUID.randomUUID())).isEmpty();
  }

  /** Every partition is filled: Postgres does not open an index to learn that one is empty. */
  @Test
  void manyDeliveriesAreReadByIndexes() {
    jdbc.sql(
            """
            WITH made AS (
              INSERT INTO delivery (id, event_id, webhook_id, status, max_attempts, expires_at)
              SELECT
                uuid_v7(
                  date_trunc('day', now(), 'UTC') + (i % 9 - 1) * interval '1 day'
                    + i * interval '1 second'), md5('e' || i / 5)::uuid,
                md5('w' || i % 50)::uuid, 'SUCCESS', 15, now()
              FROM generate_series(1, 20000) AS i
              RETURNING id
            )
            INSERT INTO delivery_attempt (delivery_id, number, started_at, duration_ms)
            SELECT id, number, now(), 1 FROM made, generate_series(1, 2) AS number
            """)
        .update();
    jdbc.sql("VACUUM ANALYZE delivery, delivery_attempt").update();
    QueryPlans plans = new QueryPlans(jdbc);

    Map<String, Object> parameters =
        Map.of(
            "subject",
            jdbc.sql("SELECT md5('w1')::uuid").query(UUID.class).single(),
            "before",
            new UUID(-1, -1),
            "allStatuses",
            true,
            "statuses",
            new String[] {"FAILED", "EXPIRED"},
            "limit",
            101);

    for (String sql :
        List.of(
            DeliveryHistoryRepository.PAGE_OF_WEBHOOK,
            DeliveryHistoryRepository.PAGE_OF_EVENT,
            DeliveryHistoryRepository.COUNT_OF_WEBHOOK,
            DeliveryHistoryRepository.COUNT_OF_EVENT,
            DeliveryHistoryRepository.COUNT_OF_WEBHOOK_IN_STATUSES,
            DeliveryHistoryRepository.COUNT_OF_EVENT_IN_STATUSES)) {
      assertThat(plans.of(sql, parameters)).contains("Index").doesNotContain("Seq Scan");
    }
    // In the order of the index: a page costs what is on it, however many there are.
    assertThat(plans.of(DeliveryHistoryRepository.PAGE_OF_WEBHOOK, parameters))
        .contains("webhook_id_id_idx")
        .doesNotContain("Sort");
    String[] deliveries =
        jdbc.sql("SELECT id::text FROM delivery ORDER BY random() LIMIT 100")
            .query(String.class)
            .list()
            .toArray(String[]::new);
    assertThat(plans.of(DeliveryHistoryRepository.ATTEMPTS, Map.of("deliveries", deliveries)))
        .contains("delivery_id = ANY")
        .doesNotContain("Seq Scan");
  }

  private DeliveryId insert(
      WebhookId webhookId, UUID eventId, DeliveryStatus status, int attemptCount) {
    return jdbc.sql(
            """
            INSERT INTO delivery
              (id, event_id, webhook_id, status, attempt_count, max_attempts, expires_at)
            VALUES
              (uuid_v7(clock_timestamp()), :event, :webhook, :status::delivery_status, :attempts,
                15, now() + interval '72 hours')
            RETURNING id
            """)
        .param("event", eventId)
        .param("webhook", webhookId.value())
        .param("status", status.name())
        .param("attempts", attemptCount)
        .query((row, n) -> new DeliveryId(row.getObject("id", UUID.class)))
        .single();
  }

  private void insertAttempt(
      DeliveryId delivery, int number, @Nullable Integer code, @Nullable String error) {
    jdbc.sql(
            """
            INSERT INTO delivery_attempt
              (delivery_id, number, started_at, duration_ms, response_code, error)
            VALUES (:delivery, :number, now(), 12, :code, :error)
            """)
        .param("delivery", delivery.value())
        .param("number", number)
        .param("code", code)
        .param("error", error)
        .update();
  }

  private DeliveryPage page(
      Subject subject, Set<DeliveryStatus> statuses, int limit, @Nullable DeliveryId before) {
    return history.page(new DeliveryQuery(subject, statuses, limit, before, false));
  }

  private static List<DeliveryId> ids(DeliveryPage page) {
    return page.deliveries().stream().map(Delivery::id).toList();
  }
}
