package io.httpqueue.event;

import io.httpqueue.filter.EventFilter;
import io.httpqueue.filter.FilterResult;
import io.httpqueue.filter.FilterableEvent;
import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
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

  /**
   * Whether one of its patterns matches.
   *
   * @param matching all that the event matches, see {@link EventPatterns}
   */
  boolean wants(Set<String> matching) {
    return eventPatterns.stream().anyMatch(matching::contains);
  }

  FilterResult test(FilterableEvent event) {
    return filter == null ? FilterResult.FAILED : filter.test(event);
  }
}
