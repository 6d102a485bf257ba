package io.httpqueue.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.httpqueue.signing.SigningScheme;
import io.httpqueue.signing.SigningSecret;
import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.SignatureVerifier;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class WebhookSecretsTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final byte[] BODY = "{\"a\": 1}".getBytes(UTF_8);
  private static final Duration DAY = Duration.ofHours(24);
  private static final SecretChoice ED25519 = new SecretChoice(null, SigningScheme.ED25519);

  private final JdbcClient jdbc = database.jdbc();
  private final SecretsFixture server = new SecretsFixture(database);
  private final WebhookSecrets secrets = server.secrets(DAY);

  @AfterAll
  static void stop() {
    database.close();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void aRegisteredWebhookIsSignedFromTheFirstRequestOn() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);

    assertThat(registered.secret().scheme()).isEqualTo(SigningScheme.HMAC_SHA256);
    assertThat(signers(registered.webhook().id())).isEqualTo(1);
    assertThat(signedBy(registered.webhook().id(), registered.secret())).isTrue();
  }

  @Test
  void aWebhookSignsWithItsOwnersSecret() {
    SigningSecret own = SigningSecret.generateEd25519(new SecureRandom());
    SignedWebhook registered = register(new SecretChoice(own, null));

    assertThat(registered.secret().reveal()).isEqualTo(own.reveal());
    assertThat(signedBy(registered.webhook().id(), own)).isTrue();
    assertThat(secrets.describe(registered.webhook().id()))
        .isEqualTo(
            new PublicSigning(
                Optional.of(SigningScheme.ED25519), List.of(own.publicKey().orElseThrow())));
  }

  @Test
  void aSecretOfAnotherSchemeThanTheOneAskedForIsRefused() {
    SigningSecret hmac = SigningSecret.generateHmac(new SecureRandom());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SecretChoice(hmac, SigningScheme.ED25519));
  }

  @Test
  void oldAndNewSignWhileTheyOverlapTheNewestFirst() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);
    WebhookId webhook = registered.webhook().id();
    try (WebhookSigner open = server.signers.open(webhook)) {
      RotatedSecret rotated = secrets.rotate(webhook, ED25519);

      String header = open.sign("m", 1, BODY).orElseThrow();
      assertThat(header.split(" ")).hasSize(2);
      assertThat(header).startsWith("v1a,");
      assertThat(verifies(rotated.secret(), header)).isTrue();
      assertThat(verifies(registered.secret(), header)).isTrue();
      assertThat(rotated.previousExpiresAt().orElseThrow())
          .isBetween(Instant.now().plus(DAY).minusSeconds(60), Instant.now().plus(DAY));
      assertThat(secrets.describe(webhook))
          .isEqualTo(
              new PublicSigning(
                  Optional.of(SigningScheme.ED25519),
                  rotated.secret().publicKey().stream().toList()));
    }
  }

  @Test
  void theSchemeStaysUnlessAnotherIsAskedFor() {
    WebhookId webhook = register(ED25519).webhook().id();

    SigningSecret second = secrets.rotate(webhook, SecretChoice.DEFAULT).secret();
    assertThat(second.scheme()).isEqualTo(SigningScheme.ED25519);
    SecretChoice hmac = new SecretChoice(null, SigningScheme.HMAC_SHA256);
    assertThat(secrets.rotate(webhook, hmac).secret().scheme())
        .isEqualTo(SigningScheme.HMAC_SHA256);
    assertThat(secrets.describe(webhook).scheme()).contains(SigningScheme.HMAC_SHA256);
    assertThat(secrets.describe(webhook).publicKeys())
        .hasSize(2)
        .startsWith(second.publicKey().orElseThrow());
  }

  @Test
  void withoutAnOverlapTheOldSecretEndsAtOnce() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);
    WebhookId webhook = registered.webhook().id();
    try (WebhookSigner open = server.signers.open(webhook)) {
      SigningSecret rotated =
          server.secrets(Duration.ZERO).rotate(webhook, SecretChoice.DEFAULT).secret();

      String header = open.sign("m", 1, BODY).orElseThrow();
      assertThat(verifies(rotated, header)).isTrue();
      assertThat(verifies(registered.secret(), header)).isFalse();
    }
    assertThat(rows(webhook)).isEqualTo(1);
  }

  @Test
  void anOpenSignerStopsUsingAnOldSecretWhenItsTimeIsOver() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);
    WebhookId webhook = registered.webhook().id();
    try (WebhookSigner open = server.signers.open(webhook)) {
      server.secrets(Duration.ofSeconds(3)).rotate(webhook, SecretChoice.DEFAULT);
      assertThat(verifies(registered.secret(), open.sign("m", 1, BODY).orElseThrow())).isTrue();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !verifies(registered.secret(), open.sign("m", 1, BODY).orElseThrow()));
      assertThat(rows(webhook)).isEqualTo(2);
      secrets.deleteExpired();
      assertThat(rows(webhook)).isEqualTo(1);
    }
  }

  @Test
  void atMostFiveSignAndTheOldestGoes() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);
    WebhookId webhook = registered.webhook().id();
    List<SigningSecret> rotated = new ArrayList<>();
    for (int i = 0; i < WebhookSecrets.MAX_LIVE; i++) {
      rotated.addFirst(secrets.rotate(webhook, SecretChoice.DEFAULT).secret());
    }

    try (WebhookSigner open = server.signers.open(webhook)) {
      String[] signatures = open.sign("m", 1, BODY).orElseThrow().split(" ");
      assertThat(signatures).hasSize(WebhookSecrets.MAX_LIVE);
      for (int i = 0; i < signatures.length; i++) {
        assertThat(verifies(rotated.get(i), signatures[i])).as("the newest first").isTrue();
      }
      assertThat(verifies(registered.secret(), String.join(" ", signatures))).isFalse();
    }
  }

  @Test
  void rotationsAtTheSameTimeComeOneAfterTheOther() throws Exception {
    WebhookId webhook = register(SecretChoice.DEFAULT).webhook().id();
    Callable<SigningSecret> rotation = () -> secrets.rotate(webhook, SecretChoice.DEFAULT).secret();
    List<SigningSecret> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        WebhookSigner open = server.signers.open(webhook)) {
      for (Future<SigningSecret> rotated :
          threads.invokeAll(List.of(rotation, rotation, rotation, rotation))) {
        all.add(rotated.get());
      }
      String header = open.sign("m", 1, BODY).orElseThrow();
      assertThat(header.split(" ")).hasSize(5);
      assertThat(all).allMatch(secret -> verifies(secret, header));
    }
  }

  @Test
  void goingBackToTheOldSecretSignsWithItOnce() {
    SignedWebhook registered = register(SecretChoice.DEFAULT);
    WebhookId webhook = registered.webhook().id();
    secrets.rotate(webhook, SecretChoice.DEFAULT);
    secrets.rotate(webhook, new SecretChoice(registered.secret(), null));

    assertThat(signers(webhook)).isEqualTo(2);
    assertThat(signedBy(webhook, registered.secret())).isTrue();
  }

  @Test
  void anOpenSignerAsksNobodyForEachMessage() {
    TestDatabase own = TestPostgres.freshDatabase();
    try (SecretsFixture lone = new SecretsFixture(own)) {
      SignedWebhook registered =
          lone.secrets(DAY).register(SecretsFixture.webhook(Map.of()), SecretChoice.DEFAULT);
      try (WebhookSigner open = lone.signers.open(registered.webhook().id())) {
        own.close();
        assertThat(verifies(registered.secret(), open.sign("m", 1, BODY).orElseThrow())).isTrue();
      }
    }
  }

  @Test
  void aServerThatGetsNoMessageFindsANewSecretInSeconds() {
    WebhookId webhook = register(SecretChoice.DEFAULT).webhook().id();
    try (SecretsFixture other = new SecretsFixture(database);
        WebhookSigner open = other.signers.open(webhook)) {
      SigningSecret rotated = secrets.rotate(webhook, SecretChoice.DEFAULT).secret();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> verifies(rotated, open.sign("m", 1, BODY).orElseThrow()));
    }
  }

  @Test
  void thereIsNothingToRotateWithoutARegisteredWebhook() {
    WebhookId gone = register(SecretChoice.DEFAULT).webhook().id();
    server.registry.markDeleted(gone);

    for (WebhookId id : List.of(gone, new WebhookId(UUID.randomUUID()))) {
      assertThatExceptionOfType(UnknownWebhookException.class)
          .isThrownBy(() -> secrets.rotate(id, SecretChoice.DEFAULT));
    }
    assertThat(rows(gone)).isEqualTo(1);
  }

  @Test
  void aWebhookFromBeforeThereWereSecretsIsSignedOnceItGetsOne() {
    WebhookId webhook = new WebhookId(new SampleRows(jdbc).webhook());
    assertThat(secrets.describe(webhook)).isEqualTo(PublicSigning.NONE);
    try (WebhookSigner open = server.signers.open(webhook)) {
      assertThat(open.sign("m", 1, BODY)).isEmpty();

      RotatedSecret rotated = secrets.rotate(webhook, SecretChoice.DEFAULT);

      assertThat(rotated.previousExpiresAt()).isEmpty();
      assertThat(verifies(rotated.secret(), open.sign("m", 1, BODY).orElseThrow())).isTrue();
    }
  }

  @Test
  void headersThatAnOlderServerWroteAreReadAndThenEncrypted() {
    WebhookId webhook = new WebhookId(new SampleRows(jdbc).webhook());
    jdbc.sql("UPDATE webhook SET headers = '{\"X-Token\": \"geheim\"}' WHERE id = :id")
        .param("id", webhook.value())
        .update();
    PlainHeaders plain = new PlainHeaders(jdbc, database.transactions(), server.headers);
    Map<String, String> headers = Map.of("X-Token", "geheim");
    assertThat(server.registry.find(webhook).orElseThrow().headers()).isEqualTo(headers);

    assertThat(plain.encryptSome(100)).isEqualTo(1);

    assertThat(server.registry.find(webhook).orElseThrow().headers()).isEqualTo(headers);
    assertThat(plain.encryptSome(100)).isZero();
    assertThat(rowText("webhook")).doesNotContain("geheim");
  }

  @Test
  void neitherSecretsNorHeaderValuesStandInTheTables() {
    SigningSecret secret =
        secrets
            .register(SecretsFixture.webhook(Map.of("X-Token", "geheim")), SecretChoice.DEFAULT)
            .secret();

    assertThat(rowText("webhook")).contains("shop").doesNotContain("geheim", hex("geheim"));
    assertThat(rowText("webhook_secret")).doesNotContain(secret.reveal(), hex(secret.reveal()));
  }

  @Test
  void manySecretsAreFoundByIndexes() {
    jdbc.sql(
            """
            WITH made AS (
              INSERT INTO webhook
                (id, namespace, url, event_patterns, headers, timeout_seconds, active, description)
              SELECT uuid_v7(now() - i * interval '1 second'), 'many', 'http://localhost', '{a}',
                '{}', 30, true, ''
              FROM generate_series(1, 3000) AS i
              RETURNING id, created_at)
            INSERT INTO webhook_secret (webhook_id, id, secret, created_at)
            SELECT id, id, '\\x01016100', now() - interval '1 day' FROM made
            """)
        .update();
    new SampleRows(jdbc).analyze();
    QueryPlans plans = new QueryPlans(jdbc);
    UUID[] webhooks = {new UUID(0, 1), new UUID(0, 2)};

    assertThat(plans.of(SecretRepository.LIVE, Map.of("webhook", webhooks[0])))
        .contains("Index")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(SecretRepository.PUBLIC, Map.of("webhooks", webhooks)))
        .contains("Index")
        .doesNotContain("Seq Scan");
    assertThat(
            plans.of(SecretRepository.NEWEST_SINCE, Map.of("webhooks", webhooks, "age", 60_000L)))
        .contains("Index")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(SecretRepository.DELETE_EXPIRED, Map.of("limit", 1_000)))
        .contains("webhook_secret_expiring")
        .doesNotContain("Seq Scan");
    assertThat(plans.of(PlainHeaders.LOCK_SOME, Map.of("limit", 100)))
        .contains("webhook_headers_plain")
        .doesNotContain("Seq Scan");
    // Not to be decrypted by other tests of this database.
    jdbc.sql("DELETE FROM webhook_secret WHERE length(secret) = 4").update();
  }

  private SignedWebhook register(SecretChoice choice) {
    return secrets.register(SecretsFixture.webhook(Map.of()), choice);
  }

  private int signers(WebhookId webhook) {
    try (WebhookSigner signer = server.signers.open(webhook)) {
      return signer.sign("m", 1, BODY).orElseThrow().split(" ").length;
    }
  }

  private boolean signedBy(WebhookId webhook, SigningSecret secret) {
    try (WebhookSigner signer = server.signers.open(webhook)) {
      return verifies(secret, signer.sign("m", 1, BODY).orElseThrow());
    }
  }

  private static boolean verifies(SigningSecret secret, String header) {
    String key = secret.publicKey().orElseGet(secret::reveal);
    return SignatureVerifier.verifies(key, header, "m", "1", BODY);
  }

  private long rows(WebhookId webhook) {
    return jdbc.sql("SELECT count(*) FROM webhook_secret WHERE webhook_id = :id")
        .param("id", webhook.value())
        .query(Long.class)
        .single();
  }

  private String rowText(String table) {
    List<@Nullable String> rows =
        jdbc.sql("SELECT t::text FROM %s AS t".formatted(table)).query(String.class).list();
    return String.join("\n", rows.stream().map(String::valueOf).toList());
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }
}
