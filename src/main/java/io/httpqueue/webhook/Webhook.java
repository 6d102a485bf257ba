package io.httpqueue.webhook;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registration as it stands in the database.
 *
 * @param definition what its owner says; active is false once it was unregistered
 * @param pausedAt since when its deliveries wait; null while they do not
 * @param disabled why the server took it out of use; null while it has not
 * @param updatedAt later with every change, so that it tells an older state from a newer one
 * @param deletedAt when it was unregistered; null while it is registered
 * @param clientCertificateExpiresAt when the client certificate ends; null where it has none
 */
public record Webhook(
    WebhookId id,
    WebhookDefinition definition,
    @Nullable Instant pausedAt,
    @Nullable Disabled disabled,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant deletedAt,
    @Nullable Instant clientCertificateExpiresAt) {

  public String namespace() {
    return definition.namespace();
  }

  public URI url() {
    return definition.url();
  }

  public List<String> eventPatterns() {
    return definition.eventPatterns();
  }

  /** Sent with every request; their values may be secret. */
  public Map<String, String> headers() {
    return definition.headers();
  }

  /** Bounds one attempt as a whole. */
  public Duration timeout() {
    return definition.timeout();
  }

  /** How its deliveries are made. */
  public DeliveryPolicy policy() {
    return definition.policy();
  }

  /** Whether its owner has it take part in events. */
  public boolean active() {
    return definition.active();
  }

  /**
   * Whether its deliveries wait until its owner says otherwise; the column {@code held} says the
   * same.
   */
  public boolean isHeld() {
    return pausedAt != null || disabled != null || (!active() && !isDeleted());
  }

  /** Whether it was unregistered. */
  public boolean isDeleted() {
    return deletedAt != null;
  }

  /** Leaves the headers out: their values may be secret. */
  @Override
  public String toString() {
    return "Webhook[id=%s, namespace=%s, url=%s, active=%s, deletedAt=%s]"
        .formatted(id, namespace(), url(), active(), deletedAt);
  }
}
