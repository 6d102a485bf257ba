package io.httpqueue.event;

import io.httpqueue.filter.FilterResult;
import io.httpqueue.filter.FilterableEvent;
import io.httpqueue.webhook.WebhookId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The filters of a namespace's webhooks as they stood at one moment. Thread-safe. */
final class NamespaceFilters {

  private final List<WebhookFilter> filters;

  NamespaceFilters(List<WebhookFilter> filters) {
    this.filters = List.copyOf(filters);
  }

  /**
   * What filters say of an event.
   *
   * @param by which filters; others may say otherwise
   * @param refused the webhooks that it does not go to, though their patterns match
   * @param failed those of them whose filter failed on it
   */
  record Judgement(NamespaceFilters by, Set<WebhookId> refused, Set<WebhookId> failed) {}

  List<WebhookFilter> filters() {
    return filters;
  }

  /** Asks the filters of the webhooks that it may go to. Parses the payload if there are any. */
  Judgement judge(NewEvent event) {
    if (filters.isEmpty()) {
      return new Judgement(this, Set.of(), Set.of());
    }
    FilterableEvent filterable =
        new FilterableEvent(event.namespace(), event.name(), event.metadata(), event.payload());
    Set<String> patterns = Set.copyOf(EventPatterns.matching(event.name()));
    Set<WebhookId> targets = event.options().webhookIds();
    Set<WebhookId> refused = new HashSet<>();
    Set<WebhookId> failed = new HashSet<>();
    for (WebhookFilter filter : filters) {
      boolean asked = targets.isEmpty() || targets.contains(filter.webhookId());
      if (asked && filter.wants(patterns)) {
        FilterResult result = filter.test(filterable);
        if (result != FilterResult.MATCHES) {
          refused.add(filter.webhookId());
        }
        if (result == FilterResult.FAILED) {
          failed.add(filter.webhookId());
        }
      }
    }
    return new Judgement(this, Set.copyOf(refused), Set.copyOf(failed));
  }
}
