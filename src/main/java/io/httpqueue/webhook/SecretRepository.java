package io.httpqueue.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.httpqueue.encryption.AssociatedData;
import io.httpqueue.encryption.Encryption;
import io.httpqueue.signing.SigningScheme;
import io.httpqueue.signing.SigningSecret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code webhook_secret}. */
@Repository
class SecretRepository {

  private final JdbcClient jdbc;
  private final Encryption encryption;

  SecretRepository(JdbcClient jdbc, Encryption encryption) {
    this.jdbc = jdbc;
    this.encryption = encryption;
  }

  private static AssociatedData place(UUID webhook, UUID id) {
    return AssociatedData.of("webhook_secret", "secret", webhook, id);
  }

  private static final String INSERT =
      """
      INSERT INTO webhook_secret (webhook_id, id, secret, public_key)
      VALUES (:webhook, :id, :secret, :publicKey)
      """;

  /** Makes it the newest one; {@link #expire} comes first. */
  void insert(WebhookId webhook, UUID id, SigningSecret secret) {
    byte[] encrypted =
        encryption.encrypt(place(webhook.value(), id), secret.reveal().getBytes(UTF_8));
    jdbc.sql(INSERT)
        .param("webhook", webhook.value())
        .param("id", id)
        .param("secret", encrypted)
        .param("publicKey", secret.publicKey().orElse(null))
        .update();
  }

  private static final String LOCK_REGISTERED =
      "SELECT id FROM webhook WHERE id = :webhook AND deleted_at IS NULL FOR NO KEY UPDATE";

  /**
   * Lets one change of a webhook's secrets happen at a time; false if there is no such webhook.
   * Inside a transaction.
   */
  boolean lockRegistered(WebhookId webhook) {
    return !jdbc.sql(LOCK_REGISTERED)
        .param("webhook", webhook.value())
        .query()
        .listOfRows()
        .isEmpty();
  }

  // The time of the statement, not of the transaction: that may have begun before the last change.
  private static final String EXPIRE =
      """
      UPDATE webhook_secret
      SET expires_at = least(expires_at, statement_timestamp() + :overlap * interval '1 ms')
      WHERE webhook_id = :webhook
        AND (expires_at IS NULL OR expires_at > statement_timestamp())
      RETURNING expires_at
      """;

  /** Has all secrets end, and tells when the last one does; empty if there is none. */
  Optional<Instant> expire(WebhookId webhook, Duration overlap) {
    return jdbc
        .sql(EXPIRE)
        .param("webhook", webhook.value())
        .param("overlap", overlap.toMillis())
        .query((row, _) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .list()
        .stream()
        .max(Instant::compareTo);
  }

  private static final String KEEP_NEWEST =
      """
      DELETE FROM webhook_secret
      WHERE webhook_id = :webhook AND id NOT IN (
        SELECT id FROM webhook_secret
        WHERE webhook_id = :webhook AND (expires_at IS NULL OR expires_at > statement_timestamp())
        ORDER BY expires_at DESC NULLS FIRST, created_at DESC LIMIT :keep)
      """;

  /** Deletes the webhook's secrets but for the newest that have not expired. */
  void keepNewest(WebhookId webhook, int keep) {
    jdbc.sql(KEEP_NEWEST).param("webhook", webhook.value()).param("keep", keep).update();
  }

  static final String LIVE =
      """
      SELECT webhook_id, id, secret,
        (extract(epoch FROM expires_at - statement_timestamp()) * 1000)::bigint AS left_ms
      FROM webhook_secret
      WHERE webhook_id = :webhook AND (expires_at IS NULL OR expires_at > statement_timestamp())
      ORDER BY expires_at DESC NULLS FIRST, created_at DESC
      """;

  /** The secrets that sign, newest first; one that is there twice only once. */
  List<LiveSecret> live(WebhookId webhook) {
    long askedAtNanos = System.nanoTime();
    Map<String, LiveSecret> distinct = new LinkedHashMap<>();
    jdbc.sql(LIVE)
        .param("webhook", webhook.value())
        .query((row, _) -> liveSecret(row, askedAtNanos))
        .list()
        .forEach(live -> distinct.putIfAbsent(live.secret().reveal(), live));
    return List.copyOf(distinct.values());
  }

  private LiveSecret liveSecret(ResultSet row, long askedAtNanos) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    byte[] secret =
        encryption.decrypt(
            place(row.getObject("webhook_id", UUID.class), id), row.getBytes("secret"));
    long left = row.getLong("left_ms");
    Long endsAtNanos = row.wasNull() ? null : askedAtNanos + Duration.ofMillis(left).toNanos();
    return new LiveSecret(id, SigningSecret.parse(new String(secret, UTF_8)), endsAtNanos);
  }

  static final String PUBLIC =
      """
      SELECT webhook_id, public_key FROM webhook_secret
      WHERE webhook_id = ANY (:webhooks::uuid[])
        AND (expires_at IS NULL OR expires_at > statement_timestamp())
      ORDER BY expires_at DESC NULLS FIRST, created_at DESC
      """;

  /** What is public of the secrets that sign, by webhook. */
  Map<WebhookId, PublicSigning> publicSigning(Collection<WebhookId> webhooks) {
    Map<WebhookId, PublicSigning> found = new HashMap<>();
    jdbc.sql(PUBLIC)
        .param("webhooks", ids(webhooks))
        .query(
            row -> {
              WebhookId webhook = new WebhookId(row.getObject("webhook_id", UUID.class));
              Optional<String> key = Optional.ofNullable(row.getString("public_key"));
              found.merge(webhook, publicSigning(key), SecretRepository::together);
            });
    return found;
  }

  private static PublicSigning publicSigning(Optional<String> key) {
    SigningScheme scheme = key.isPresent() ? SigningScheme.ED25519 : SigningScheme.HMAC_SHA256;
    return new PublicSigning(Optional.of(scheme), key.stream().toList());
  }

  private static PublicSigning together(PublicSigning newer, PublicSigning older) {
    List<String> keys = new ArrayList<>(newer.publicKeys());
    keys.addAll(older.publicKeys());
    return new PublicSigning(newer.scheme(), keys.stream().distinct().toList());
  }

  // Only the youngest rows, however many webhooks are asked about.
  static final String NEWEST_SINCE =
      """
      SELECT webhook_id, id FROM webhook_secret
      WHERE expires_at IS NULL AND created_at > now() - :age * interval '1 ms'
        AND webhook_id = ANY (:webhooks::uuid[])
      """;

  /** The newest secrets of those of the webhooks that got one lately. */
  Map<WebhookId, UUID> newestSince(Duration age, Collection<WebhookId> webhooks) {
    Map<WebhookId, UUID> found = new HashMap<>();
    jdbc.sql(NEWEST_SINCE)
        .param("age", age.toMillis())
        .param("webhooks", ids(webhooks))
        .query(
            row -> {
              found.put(
                  new WebhookId(row.getObject("webhook_id", UUID.class)),
                  row.getObject("id", UUID.class));
            });
    return found;
  }

  static final String DELETE_EXPIRED =
      """
      DELETE FROM webhook_secret WHERE (webhook_id, id) IN (
        SELECT webhook_id, id FROM webhook_secret WHERE expires_at <= now() LIMIT :limit)
      """;

  /** Deletes secrets that sign no more, and tells how many. */
  int deleteExpired(int limit) {
    return jdbc.sql(DELETE_EXPIRED).param("limit", limit).update();
  }

  private static UUID[] ids(Collection<WebhookId> webhooks) {
    return webhooks.stream().map(WebhookId::value).toArray(UUID[]::new);
  }
}
