package io.httpqueue.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.database.UuidV7;
import io.httpqueue.encryption.Encryption;
import io.httpqueue.encryption.KeyRing;
import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class WebhookRegistryTest {

  private static final Encryption ENCRYPTION =
      new Encryption(KeyRing.development(), new SecureRandom());
  private static final TestDatabase database = TestPostgres.freshDatabase();

  private final JdbcClient jdbc = database.jdbc();
  private final WebhookRegistry registry =
      new WebhookRegistry(
          new WebhookRepository(jdbc, new HeaderStore(ENCRYPTION)),
          new ClientCertificates(jdbc, ENCRYPTION),
          new UuidV7(Clock.systemUTC(), RandomGenerator.getDefault()),
          database.transactions());

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("TRUNCATE webhook CASCADE").update();
  }

  @Test
  void aRegisteredWebhookIsFoundAsItWasGiven() {
    WebhookDefinition given =
        new WebhookDefinition(
            "shop",
            URI.create("https://example.com/a?b=%20"),
            List.of("z", "a.*", "*"),
            Map.of("X-B", "\"quoted\"", "X-A", "1"),
            Duration.ofSeconds(7),
            true,
            "für Leute",
            new DeliveryPolicy(
                new RetryOverrides(3, Duration.ofMillis(10), 1.5, Duration.ofDays(7)),
                512,
                new RateLimit(0.5, 2),
                Ordering.BY_KEY,
                HeadFailure.BLOCK),
            "payload.amount > 100",
            Map.of("team", "billing"));

    Webhook registered = registry.register(given);

    assertThat(registry.find(registered.id())).contains(registered);
    assertThat(registered)
        .isEqualTo(
            new Webhook(
                registered.id(),
                given,
                null,
                null,
                registered.createdAt(),
                registered.createdAt(),
                null,
                null));
    assertThat(registered.createdAt())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(registered.id().value().version()).isEqualTo(7);
  }

  @Test
  void onlyAnActiveWebhookIsSubscribed() {
    WebhookId active = register("shop", true, "a", "b.*");
    register("shop", false, "a");

    assertThat(subscriptions()).containsExactly("shop a " + active, "shop b.* " + active);
  }

  @Test
  void aDeletedWebhookIsFoundButNeitherListedNorSubscribed() {
    WebhookId id = register("shop", true, "a", "b");
    WebhookId other = register("shop", true, "a");

    assertThat(registry.markDeleted(id)).isTrue();

    Webhook deleted = registry.find(id).orElseThrow();
    assertThat(deleted.isDeleted()).isTrue();
    assertThat(deleted.active()).isFalse();
    assertThat(deleted.deletedAt()).isEqualTo(deleted.updatedAt());
    assertThat(ids(list("shop", null, false, 10, null))).containsExactly(other);
    assertThat(subscriptions()).containsExactly("shop a " + other);
  }

  @Test
  void deletingTwiceOrWhatNeverWasChangesNothing() {
    WebhookId id = register("shop", true, "a");
    registry.markDeleted(id);
    Webhook before = registry.find(id).orElseThrow();

    assertThat(registry.markDeleted(id)).isFalse();
    assertThat(registry.markDeleted(new WebhookId(UUID.randomUUID()))).isFalse();
    assertThat(registry.find(id)).contains(before);
  }

  private static UnaryOperator<WebhookDefinition> change(
      List<String> patterns, boolean active, String description) {
    return before ->
        new WebhookDefinition(
            before.namespace(),
            before.url(),
            patterns,
            before.headers(),
            before.timeout(),
            active,
            description,
            before.policy(),
            before.filter(),
            before.labels());
  }

  private Webhook update(WebhookId id, UnaryOperator<WebhookDefinition> change) {
    return registry.update(
        id, before -> change.apply(before.definition()), new CertificateChange.Keep());
  }

  @Test
  void subscriptionsFollowWhatAWebhookIsChangedTo() {
    WebhookId id = register("shop", true, "a", "b");
    update(id, change(List.of("b", "c"), true, "x"));
    assertThat(subscriptions()).containsExactly("shop b " + id, "shop c " + id);
    update(id, change(List.of("b"), false, "x"));
    assertThat(subscriptions()).isEmpty();
    assertThat(registry.find(id).orElseThrow().isHeld()).isTrue();
    update(id, change(List.of("b"), true, "x"));
    assertThat(subscriptions()).containsExactly("shop b " + id);
  }

  @Test
  void aPausedWebhookMatchesAndADisabledOneDoesNotUntilItIsResumed() {
    WebhookId id = register("shop", true, "a");
    Webhook paused = registry.pause(id);
    assertThat(paused.isHeld()).isTrue();
    assertThat(registry.pause(id)).isEqualTo(paused);
    assertThat(subscriptions()).hasSize(1);
    jdbc.sql("UPDATE webhook SET disabled_at = now(), disabled_reason = 'GONE'").update();
    jdbc.sql("DELETE FROM webhook_subscription").update();
    assertThat(ids(list("shop", null, true, 10, null))).isEmpty();

    Webhook resumed = registry.resume(id);

    assertThat(resumed.isHeld()).isFalse();
    assertThat(resumed.disabled()).isNull();
    assertThat(subscriptions()).containsExactly("shop a " + id);
    assertThat(ids(list("shop", null, true, 10, null))).containsExactly(id);
  }

  @Test
  void everyChangeIsLaterThanTheOneBeforeWhateverTheClockSays() {
    WebhookId id = register("shop", true, "a");
    jdbc.sql("UPDATE webhook SET description = 'from tomorrow'").update();
    jdbc.sql("ALTER TABLE webhook DISABLE TRIGGER webhook_was_updated").update();
    jdbc.sql("UPDATE webhook SET updated_at = now() + interval '1 day'").update();
    jdbc.sql("ALTER TABLE webhook ENABLE TRIGGER webhook_was_updated").update();
    Instant before = registry.find(id).orElseThrow().updatedAt();

    Instant after = registry.pause(id).updatedAt();

    assertThat(after).isAfter(before);
    assertThat(registry.versions(List.of(id))).containsExactly(Map.entry(id, after));
  }

  @Test
  void changesAtTheSameTimeLoseNothingOfEachOther() throws InterruptedException {
    WebhookId id = register("shop", true, "a");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String mark = "<" + i + ">";
      threads.add(
          Thread.ofVirtual()
              .start(
                  () ->
                      update(
                          id,
                          before ->
                              change(
                                      List.of(
                                          "e" + mark.length(),
                                          "p." + before.description().length()),
                                      true,
                                      before.description() + mark)
                                  .apply(before))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Webhook webhook = registry.find(id).orElseThrow();
    for (int i = 0; i < 16; i++) {
      assertThat(webhook.definition().description()).contains("<" + i + ">");
    }
    assertThat(subscriptions())
        .containsExactlyInAnyOrderElementsOf(
            webhook.eventPatterns().stream().map(p -> "shop " + p + " " + id).toList());
  }

  @Test
  void whatIsNotRegisteredCannotChange() {
    WebhookId id = register("shop", true, "a");
    registry.markDeleted(id);
    Webhook before = registry.find(id).orElseThrow();
    assertThatThrownBy(() -> update(id, change(List.of("b"), true, "x")))
        .isInstanceOf(UnknownWebhookException.class);
    assertThatThrownBy(() -> registry.pause(id)).isInstanceOf(UnknownWebhookException.class);
    assertThatThrownBy(() -> registry.resume(new WebhookId(UUID.randomUUID())))
        .isInstanceOf(UnknownWebhookException.class);
    assertThat(registry.find(id)).contains(before);
  }

  @Test
  void pagesGoFromTheNewestToTheOldestAndTellTheTotal() {
    List<WebhookId> registered = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      registered.addFirst(register("shop", true, "a"));
    }
    register("other", true, "a");

    WebhookPage first = list("shop", null, false, 2, null);
    WebhookPage second = list("shop", null, false, 2, registered.get(1));
    WebhookPage last = list("shop", null, false, 2, registered.get(3));

    assertThat(ids(first)).isEqualTo(registered.subList(0, 2));
    assertThat(ids(second)).isEqualTo(registered.subList(2, 4));
    assertThat(ids(last)).isEqualTo(registered.subList(4, 5));
    assertThat(List.of(first.hasMore(), second.hasMore(), last.hasMore()))
        .containsExactly(true, true, false);
    assertThat(List.of(first.total(), second.total(), last.total())).containsOnly(5L);
  }

  @Test
  void aPageThatHoldsTheRestHasNoMore() {
    register("shop", true, "a");
    register("shop", true, "a");

    assertThat(list("shop", null, false, 2, null).hasMore()).isFalse();
  }

  @Test
  void listsByEventNameAndActivity() {
    WebhookId all = register("shop", true, "*");
    WebhookId exact = register("shop", true, "order.created.eu");
    WebhookId prefix = register("shop", false, "x", "order.*");
    WebhookId longPrefix = register("shop", true, "order.created.*");
    register("shop", true, "order.created");
    register("shop", true, "order.created.eu.*");

    assertThat(ids(list("shop", "order.created.eu", false, 10, null)))
        .containsExactly(longPrefix, prefix, exact, all);
    assertThat(ids(list("shop", "order.created.eu", true, 10, null)))
        .containsExactly(longPrefix, exact, all);
    assertThat(list("shop", "order.created.eu", true, 1, null).total()).isEqualTo(3);
  }

  @Test
  void manyWebhooksAreListedByAnIndex() {
    jdbc.sql(
            """
            INSERT INTO webhook
              (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
            SELECT uuid_v7(now() - i * interval '1 second'), 'ns' || i % 20, 'http://localhost',
              ARRAY['a'], '{}', 30, true, ''
            FROM generate_series(1, 5000) AS i
            """)
        .update();
    jdbc.sql("ANALYZE webhook").update();
    QueryPlans plans = new QueryPlans(jdbc);
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("namespace", "ns3");
    parameters.put("before", new UUID(-1, -1));
    parameters.put("activeOnly", false);
    parameters.put("event", null);
    parameters.put("limit", 101);

    assertThat(plans.of(WebhookRepository.PAGE, parameters))
        .containsPattern("webhook_(ever_)?by_namespace")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(WebhookRepository.COUNT, parameters))
        .containsPattern("webhook_(ever_)?by_namespace")
        .doesNotContain("Seq Scan");
  }

  private WebhookId register(String namespace, boolean active, String... patterns) {
    return registry
        .register(
            new WebhookDefinition(
                namespace,
                URI.create("http://localhost"),
                List.of(patterns),
                Map.of(),
                Duration.ofSeconds(30),
                active,
                "",
                DeliveryPolicy.DEFAULT,
                null,
                Map.of()))
        .id();
  }

  private WebhookPage list(
      String namespace,
      @Nullable String event,
      boolean activeOnly,
      int limit,
      @Nullable WebhookId before) {
    return registry.list(new WebhookQuery(namespace, event, activeOnly, limit, before));
  }

  private static List<WebhookId> ids(WebhookPage page) {
    return page.webhooks().stream().map(Webhook::id).toList();
  }

  private List<@Nullable String> subscriptions() {
    return jdbc.sql(
            "SELECT namespace || ' ' || event_pattern || ' ' || webhook_id"
                + " FROM webhook_subscription ORDER BY 1")
        .query(String.class)
        .list();
  }
}
