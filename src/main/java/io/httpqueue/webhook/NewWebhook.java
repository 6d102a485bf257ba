package io.httpqueue.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A webhook to register. The boundary has validated it.
 *
 * @param url absolute, http or https
 * @param eventPatterns whole names, {@code prefix.*} or {@code *}; distinct
 * @param headers to send with every request; their values may be secret
 * @param timeout bounds one attempt as a whole; whole seconds
 * @param active whether it takes part in events from now on
 * @param description for people; may be empty
 */
public record NewWebhook(
    String namespace,
    URI url,
    List<String> eventPatterns,
    Map<String, String> headers,
    Duration timeout,
    boolean active,
    String description) {

  public NewWebhook {
    eventPatterns = List.copyOf(eventPatterns);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Leaves the headers out: their values may be secret. */
  @Override
  public String toString() {
    return "NewWebhook[namespace=%s, url=%s, eventPatterns=%s, active=%s]"
        .formatted(namespace, url, eventPatterns, active);
  }
}
