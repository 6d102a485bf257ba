package io.httpqueue.webhook;

import io.httpqueue.database.UuidV7;
import io.httpqueue.signing.SigningScheme;
import io.httpqueue.signing.SigningSecret;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What webhooks' requests are signed with. A secret is told when it is made, and never again; to
 * sign, see {@link WebhookSigners}. Thread-safe.
 */
@Component
public class WebhookSecrets {

  /** As many sign at once; those beyond end early, the oldest first. */
  static final int MAX_LIVE = 5;

  private static final int DELETE_BATCH = 1_000;

  private final WebhookRegistry webhooks;
  private final SecretRepository secrets;
  private final ClientCertificates certificates;
  private final WebhookSigners signers;
  private final TransactionTemplate transactions;
  private final UuidV7 ids;
  private final SecureRandom random;
  private final SigningSettings settings;

  WebhookSecrets(
      WebhookRegistry webhooks,
      SecretRepository secrets,
      ClientCertificates certificates,
      WebhookSigners signers,
      TransactionTemplate transactions,
      UuidV7 ids,
      SecureRandom random,
      SigningSettings settings) {
    this.webhooks = webhooks;
    this.secrets = secrets;
    this.certificates = certificates;
    this.signers = signers;
    this.transactions = transactions;
    this.ids = ids;
    this.random = random;
    this.settings = settings;
  }

  /**
   * Registers a webhook with its secret in one commit, so that none of its requests is unsigned.
   */
  public SignedWebhook register(WebhookDefinition webhook, SecretChoice choice) {
    return register(webhook, choice, null);
  }

  /**
   * The same, with what its receiver is shown of who calls.
   *
   * @param certificate null: nothing
   */
  public SignedWebhook register(
      WebhookDefinition webhook, SecretChoice choice, @Nullable ClientCertificate certificate) {
    SigningSecret secret = secret(choice, Optional.empty());
    return inTransaction(
        () -> {
          Webhook registered = webhooks.register(webhook);
          secrets.insert(registered.id(), ids.next(), secret);
          if (certificate == null) {
            return new SignedWebhook(registered, secret);
          }
          certificates.put(registered.id(), certificate);
          return new SignedWebhook(webhooks.find(registered.id()).orElseThrow(), secret);
        });
  }

  /**
   * Gives a webhook a new secret. Those before it go on signing beside it for the overlap, or until
   * there are five. Attempts that begin after the return are signed with it on this server, and a
   * few seconds later on every server.
   *
   * @throws UnknownWebhookException if no such webhook is registered
   */
  public RotatedSecret rotate(WebhookId webhook, SecretChoice choice) {
    RotatedSecret rotated =
        inTransaction(
            () -> {
              if (!secrets.lockRegistered(webhook)) {
                throw new UnknownWebhookException(webhook);
              }
              SigningSecret secret = secret(choice, describe(webhook).scheme());
              Optional<Instant> end = secrets.expire(webhook, settings.overlap());
              secrets.keepNewest(webhook, MAX_LIVE - 1);
              secrets.insert(webhook, ids.next(), secret);
              return new RotatedSecret(secret, end);
            });
    signers.changed(webhook);
    return rotated;
  }

  /** What is public of how each is signed; those that are not signed are left out. */
  public Map<WebhookId, PublicSigning> describe(Collection<WebhookId> webhooks) {
    return secrets.publicSigning(webhooks);
  }

  /** What is public of how its requests are signed. */
  public PublicSigning describe(WebhookId webhook) {
    return describe(List.of(webhook)).getOrDefault(webhook, PublicSigning.NONE);
  }

  /** Deletes the secrets that sign no more. To be called every now and then. */
  public void deleteExpired() {
    while (secrets.deleteExpired(DELETE_BATCH) == DELETE_BATCH) {}
  }

  private SigningSecret secret(SecretChoice choice, Optional<SigningScheme> before) {
    if (choice.secret() != null) {
      return choice.secret();
    }
    SigningScheme scheme =
        choice.scheme() == null ? before.orElse(SigningScheme.HMAC_SHA256) : choice.scheme();
    return SigningSecret.generate(scheme, random);
  }

  private <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }
}
