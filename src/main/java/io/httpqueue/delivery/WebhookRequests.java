package io.httpqueue.delivery;

import io.httpqueue.outbound.OutboundRequest;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** Builds the signed request that takes a message to a webhook. Thread-safe. */
@Component
class WebhookRequests {

  private final ClientIdentities identities;
  private final String userAgent;

  WebhookRequests(ClientIdentities identities, ObjectProvider<BuildProperties> build) {
    this.identities = identities;
    BuildProperties properties = build.getIfAvailable();
    this.userAgent = "HTTPQueue/" + (properties == null ? "dev" : properties.getVersion());
  }

  /**
   * Builds a request. By Standard Webhooks 1.0 the receiver drops repeats by {@code webhook-id}.
   *
   * @param signer the webhook's, from {@code WebhookSigners.open}
   * @param messageId the same on every attempt of one message; has no dot
   * @param startedAt of this attempt
   * @param more further headers of ours
   * @throws org.springframework.dao.DataAccessException if the client certificate has to be read,
   *     and cannot be
   */
  OutboundRequest build(
      Webhook webhook,
      WebhookSigner signer,
      String messageId,
      EventContent content,
      Instant startedAt,
      Map<String, String> more) {
    long timestamp = startedAt.getEpochSecond();
    // Header names have no case: a webhook's own content-type takes the place of ours.
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", userAgent);
    headers.putAll(webhook.headers());
    headers.put("webhook-id", messageId);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    signer
        .sign(messageId, timestamp, content.payload())
        .ifPresent(signature -> headers.put("webhook-signature", signature));
    headers.put("HTTPQueue-Event", content.name());
    headers.put("HTTPQueue-Namespace", content.namespace());
    headers.putAll(more);
    return new OutboundRequest(
        webhook.url(), headers, content.payload(), webhook.timeout(), identities.of(webhook));
  }
}
