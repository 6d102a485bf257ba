package io.httpqueue.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.httpqueue.database.UuidV7;
import io.httpqueue.encryption.Encryption;
import io.httpqueue.encryption.KeyRing;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class WebhookRegistryTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();

  private final JdbcClient jdbc = database.jdbc();
  private final ClientCertificates certificates =
      new ClientCertificates(jdbc, new Encryption(KeyRing.development(), new SecureRandom()));
  private final WebhookRegistry registry =
      new WebhookRegistry(
          new WebhookRepository(jdbc),
          certificates,
          new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())),
          new UuidV7(Clock.systemUTC(), RandomGenerator.getDefault()));

  @Test
  void aClientCertificateComesBackAndItsKeyIsNotToBeReadInTheDatabase() {
    IssuedCertificate authority = IssuedCertificate.selfSigned(Wish.of("authority").thatIssues());
    for (String algorithm : List.of("EC", "RSA")) {
      IssuedCertificate issued = authority.issue(Wish.of("client").withAlgorithm(algorithm));
      ClientCertificate given = new ClientCertificate(issued.chain(), issued.key());

      Webhook webhook = registry.register(plain(), given);

      assertThat(certificates.find(webhook.id())).contains(given);
      assertThat(webhook.clientCertificateExpiresAt()).isEqualTo(given.expiresAt());
      byte[] stored =
          jdbc.sql("SELECT private_key FROM webhook_client_certificate WHERE webhook_id = :id")
              .param("id", webhook.id().value())
              .query(byte[].class)
              .single();
      String hex = HexFormat.of().formatHex(stored);
      assertThat(hex).doesNotContain(HexFormat.of().formatHex(issued.key().getEncoded(), 40, 60));
    }
  }

  @Test
  void aClientCertificateIsReplacedTakenAwayAndForgotten() {
    ClientCertificate first = certificate("first");
    ClientCertificate second = certificate("second");
    Webhook webhook = registry.register(plain(), first);
    Webhook other = registry.register(plain(), first);

    assertThat(certificates.put(webhook.id(), second)).isTrue();
    assertThat(certificates.find(webhook.id())).contains(second);
    Webhook changed = registry.find(webhook.id()).orElseThrow();
    assertThat(changed.clientCertificateExpiresAt()).isEqualTo(second.expiresAt());
    assertThat(changed.updatedAt()).isAfter(webhook.updatedAt());

    assertThat(certificates.remove(webhook.id())).isTrue();
    assertThat(certificates.remove(webhook.id())).isFalse();
    assertThat(certificates.find(webhook.id())).isEmpty();
    assertThat(registry.find(webhook.id()).orElseThrow().clientCertificateExpiresAt()).isNull();

    registry.markDeleted(other.id());
    assertThat(certificates.find(other.id())).isEmpty();
    assertThat(certificates.put(other.id(), second)).isFalse();
    assertThat(certificates.find(other.id())).isEmpty();
  }

  @Test
  void aWebhookWhoseCertificateCannotBeStoredIsNotRegistered() {
    jdbc.sql("ALTER TABLE webhook_client_certificate RENAME TO away").update();
    try {
      assertThatExceptionOfType(DataAccessException.class)
          .isThrownBy(() -> registry.register(plain(), certificate("client")));
    } finally {
      jdbc.sql("ALTER TABLE away RENAME TO webhook_client_certificate").update();
    }
    assertThat(jdbc.sql("SELECT count(*) FROM webhook").query(Long.class).single()).isZero();
  }

  private static NewWebhook plain() {
    return new NewWebhook(
        "shop",
        URI.create("https://example.com/"),
        List.of("*"),
        Map.of(),
        Duration.ofSeconds(7),
        true,
        "");
  }

  private static ClientCertificate certificate(String name) {
    IssuedCertificate issued = IssuedCertificate.selfSigned(Wish.of(name));
    return new ClientCertificate(issued.chain(), issued.key());
  }

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
    NewWebhook given =
        new NewWebhook(
            "shop",
            URI.create("https://example.com/a?b=%20"),
            List.of("z", "a.*", "*"),
            Map.of("X-B", "\"quoted\"", "X-A", "1"),
            Duration.ofSeconds(7),
            true,
            "für Leute");

    Webhook registered = registry.register(given);

    assertThat(registry.find(registered.id())).contains(registered);
    assertThat(registered)
        .isEqualTo(
            new Webhook(
                registered.id(),
                given.namespace(),
                given.url(),
                given.eventPatterns(),
                given.headers(),
                given.timeout(),
                true,
                given.description(),
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
        .contains("webhook_by_namespace")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(WebhookRepository.COUNT, parameters))
        .contains("webhook_by_namespace")
        .doesNotContain("Seq Scan");
  }

  private WebhookId register(String namespace, boolean active, String... patterns) {
    return registry
        .register(
            new NewWebhook(
                namespace,
                URI.create("http://localhost"),
                List.of(patterns),
                Map.of(),
                Duration.ofSeconds(30),
                active,
                ""))
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
