package io.httpqueue.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

class ClientCertificatesTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final SecretsFixture fixture = new SecretsFixture(database);

  private final JdbcClient jdbc = database.jdbc();
  private final WebhookRegistry registry = fixture.registry;
  private final ClientCertificates certificates = fixture.certificates;

  @AfterAll
  static void stop() {
    fixture.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aCertificateComesBackAndItsKeyIsNotToBeReadInTheDatabase(String algorithm) {
    IssuedCertificate issued =
        IssuedCertificate.selfSigned(Wish.of("authority").thatIssues())
            .issue(Wish.of("client").withAlgorithm(algorithm));
    ClientCertificate given = new ClientCertificate(issued.chain(), issued.key());

    Webhook webhook = register(given);

    assertThat(certificates.find(webhook.id())).contains(given);
    assertThat(webhook.clientCertificateExpiresAt()).isEqualTo(given.expiresAt());
    assertThat(registry.find(webhook.id())).contains(webhook);
    byte[] stored =
        jdbc.sql("SELECT private_key FROM webhook_client_certificate WHERE webhook_id = :id")
            .param("id", webhook.id().value())
            .query(byte[].class)
            .single();
    assertThat(HexFormat.of().formatHex(stored))
        .doesNotContain(HexFormat.of().formatHex(issued.key().getEncoded(), 40, 60));
    assertThat(given).hasToString("ClientCertificate[CN=client]");
  }

  @Test
  void aCertificateIsReplacedTakenAwayAndForgotten() {
    ClientCertificate first = certificate("first");
    ClientCertificate second = certificate("second");
    Webhook webhook = register(first);
    Webhook other = register(first);

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
    long before = webhooks();
    jdbc.sql("ALTER TABLE webhook_client_certificate RENAME TO away").update();
    try {
      assertThatExceptionOfType(DataAccessException.class)
          .isThrownBy(() -> register(certificate("client")));
    } finally {
      jdbc.sql("ALTER TABLE away RENAME TO webhook_client_certificate").update();
    }
    assertThat(webhooks()).isEqualTo(before);
  }

  private long webhooks() {
    return jdbc.sql("SELECT count(*) FROM webhook").query(Long.class).single();
  }

  private static Webhook register(ClientCertificate certificate) {
    return fixture
        .secrets(Duration.ofHours(1))
        .register(SecretsFixture.webhook(Map.of()), SecretChoice.DEFAULT, certificate)
        .webhook();
  }

  private static ClientCertificate certificate(String name) {
    IssuedCertificate issued = IssuedCertificate.selfSigned(Wish.of(name));
    return new ClientCertificate(issued.chain(), issued.key());
  }
}
