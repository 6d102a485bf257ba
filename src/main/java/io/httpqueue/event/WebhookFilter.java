package io.httpqueue.event;

import io.httpqueue.filter.EventFilter;
import io.httpqueue.filter.FilterResult;
import io.httpqueue.filter.FilterableEvent;
import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook that wants only events which meet its filter.
 *
 * @param version tells this state of the webhook from others
 * @param filter null where it does not compile on this server, perhaps because it was registered on
 *     a newer one
 */
record WebhookFilter(
    WebhookId webhookId,
    Instant version,
    List<String> eventPatterns,
    @Nullable EventFilter filter) {

  WebhookFilter {
    eventPatterns = List.copyOf(eventPatterns);
  }

  /** Whether one of its patterns matches; {@link EventPatterns} lists the same. */
  boolean wants(String eventName) {
    for (String pattern : eventPatterns) {
      boolean matches =
          pattern.endsWith(".*")
              ? eventName.startsWith(pattern.substring(0, pattern.length() - 1))
              : pattern.equals("*") || pattern.equals(eventName);
      if (matches) {
        return true;
      }
    }
    return false;
  }

  FilterResult test(FilterableEvent event) {
    return filter == null ? FilterResult.FAILED : filter.test(event);
  }
}
