package io.httpqueue.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.outbound.ClientIdentity;
import io.httpqueue.webhook.ClientCertificates;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the receivers of this server's webhooks are shown of who calls. A webhook without a client
 * certificate costs nothing here, one with costs a read for each of its changes. Thread-safe.
 */
@Component
class ClientIdentities {

  private static final int MOST = 10_000;
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(10);

  private final ClientCertificates certificates;
  private final Cache<Version, Optional<ClientIdentity>> identities =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(KEPT_UNUSED).build();

  ClientIdentities(ClientCertificates certificates) {
    this.certificates = certificates;
  }

  /** A webhook between two changes. */
  private record Version(WebhookId webhook, Instant updatedAt) {}

  /**
   * The webhook's identity, the same object as long as the webhook is not changed; null where it
   * has no client certificate.
   *
   * @throws org.springframework.dao.DataAccessException if it has to be read, and cannot be
   */
  @Nullable ClientIdentity of(Webhook webhook) {
    return webhook.clientCertificateExpiresAt() == null
        ? null
        : identities.get(new Version(webhook.id(), webhook.updatedAt()), this::read).orElse(null);
  }

  private Optional<ClientIdentity> read(Version version) {
    return certificates
        .find(version.webhook())
        .map(found -> new ClientIdentity(found.chain(), found.key()));
  }
}
