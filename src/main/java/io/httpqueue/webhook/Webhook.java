package io.httpqueue.webhook;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registration as it stands in the database.
 *
 * @param eventPatterns whole names, {@code prefix.*} or {@code *}, in the order they were given
 * @param headers sent with every request; their values may be secret
 * @param timeout bounds one attempt as a whole
 * @param active whether it takes part in events; never true once deleted
 * @param description for people; empty if none was given
 * @param deletedAt when it was unregistered; null while it is registered
 * @param clientCertificateExpiresAt when the client certificate ends; null where it has none
 */
public record Webhook(
    WebhookId id,
    String namespace,
    URI url,
    List<String> eventPatterns,
    Map<String, String> headers,
    Duration timeout,
    boolean active,
    String description,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant deletedAt,
    @Nullable Instant clientCertificateExpiresAt) {

  public Webhook {
    eventPatterns = List.copyOf(eventPatterns);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Whether it was unregistered. */
  public boolean isDeleted() {
    return deletedAt != null;
  }

  /** Leaves the headers out: their values may be secret. */
  @Override
  public String toString() {
    return "Webhook[id=%s, namespace=%s, url=%s, active=%s, deletedAt=%s]"
        .formatted(id, namespace, url, active, deletedAt);
  }
}
