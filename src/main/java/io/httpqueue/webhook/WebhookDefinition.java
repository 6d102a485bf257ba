package io.httpqueue.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What its owner says of a webhook: where events go, which, and how. The boundary has validated it.
 *
 * @param url absolute, http or https
 * @param eventPatterns whole names, {@code prefix.*} or {@code *}; distinct, in the order they were
 *     given
 * @param headers to send with every request; their values may be secret
 * @param timeout bounds one attempt as a whole; whole seconds
 * @param active whether it takes part in events
 * @param description for people; may be empty
 * @param policy how its deliveries are made
 * @param filter an expression in CEL that an event has to meet; null where all that match the
 *     patterns do
 * @param labels for people and programs; not sent
 */
public record WebhookDefinition(
    String namespace,
    URI url,
    List<String> eventPatterns,
    Map<String, String> headers,
    Duration timeout,
    boolean active,
    String description,
    DeliveryPolicy policy,
    @Nullable String filter,
    Map<String, String> labels) {

  public WebhookDefinition {
    eventPatterns = List.copyOf(eventPatterns);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** Leaves the headers out: their values may be secret. */
  @Override
  public String toString() {
    return "WebhookDefinition[namespace=%s, url=%s, eventPatterns=%s, active=%s]"
        .formatted(namespace, url, eventPatterns, active);
  }
}
