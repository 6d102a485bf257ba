package io.httpqueue.webhook;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.database.UuidV7;
import io.httpqueue.encryption.Encryption;
import io.httpqueue.encryption.KeyRing;
import io.httpqueue.testing.TestDatabase;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The parts of a server that have to do with secrets, without the messages between servers. */
final class SecretsFixture implements AutoCloseable {

  private final SecureRandom random = new SecureRandom();
  private final UuidV7 ids = new UuidV7(Clock.systemUTC(), random);
  private final TestDatabase database;
  final Encryption encryption = new Encryption(KeyRing.development(), random);
  final HeaderStore headers = new HeaderStore(encryption);
  final WebhookRegistry registry;
  final SecretRepository repository;
  final ClientCertificates certificates;
  final WebhookSigners signers;

  SecretsFixture(TestDatabase database) {
    this.database = database;
    this.repository = new SecretRepository(database.jdbc(), encryption);
    this.certificates = new ClientCertificates(database.jdbc(), encryption);
    this.registry =
        new WebhookRegistry(
            new WebhookRepository(database.jdbc(), headers),
            certificates,
            ids,
            database.transactions());
    // Not started: nothing that is sent by it ever arrives.
    this.signers =
        new WebhookSigners(repository, new ServerMessages(database.dataSource(), () -> {}));
  }

  WebhookSecrets secrets(Duration overlap) {
    return new WebhookSecrets(
        registry,
        repository,
        certificates,
        signers,
        database.transactions(),
        ids,
        random,
        new SigningSettings(overlap));
  }

  static WebhookDefinition webhook(Map<String, String> headers) {
    return new WebhookDefinition(
        "shop",
        URI.create("http://localhost"),
        List.of("*"),
        headers,
        Duration.ofSeconds(5),
        true,
        "",
        DeliveryPolicy.DEFAULT,
        null,
        Map.of());
  }

  @Override
  public void close() {
    signers.close();
  }
}
