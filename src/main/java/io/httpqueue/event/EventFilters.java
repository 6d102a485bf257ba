package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.filter.EventFilter;
import io.httpqueue.filter.InvalidFilterException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The filters of webhooks, compiled and in memory. They may be older than the database: the
 * statement that accepts an event finds that out, and accepts nothing that was judged by a filter
 * of another state. Thread-safe.
 */
@Component
class EventFilters {

  private static final Logger log = LoggerFactory.getLogger(EventFilters.class);

  /** So that filters of webhooks that were unregistered are not asked for ever. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final FilterRepository repository;
  private final Cache<String, NamespaceFilters> namespaces;
  private final Cache<String, Optional<EventFilter>> compiled;

  EventFilters(FilterRepository repository, FilterSettings settings) {
    this.repository = repository;
    this.namespaces =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheEntries())
            .weigher((String _, NamespaceFilters known) -> 1 + known.filters().size())
            .expireAfterWrite(LIFETIME)
            .build();
    this.compiled = Caffeine.newBuilder().maximumSize(settings.cacheEntries()).build();
  }

  /** Whether {@link #judge} of an event of this namespace would read the database first. */
  boolean readsFirst(String namespace) {
    return namespaces.getIfPresent(namespace) == null;
  }

  /** Asks the filters of the event's namespace, reading them first if they are not known here. */
  Judgement judge(NewEvent event) {
    return of(event.namespace()).judge(event);
  }

  /** The events, all of one namespace judged by the same filters: those that are known now. */
  List<IdentifiedEvent> judged(List<IdentifiedEvent> events) {
    Map<String, NamespaceFilters> known = new HashMap<>();
    return events.stream()
        .map(
            event -> {
              String namespace = event.event().namespace();
              NamespaceFilters filters = known.computeIfAbsent(namespace, this::of);
              Judgement judgement = event.judgement();
              return judgement != null && judgement.by() == filters
                  ? event
                  : event.judged(filters.judge(event.event()));
            })
        .toList();
  }

  /** Has the filters of these events' namespaces read again. */
  void forget(List<IdentifiedEvent> events) {
    events.forEach(event -> namespaces.invalidate(event.event().namespace()));
  }

  private NamespaceFilters of(String namespace) {
    return namespaces.get(namespace, this::read);
  }

  private NamespaceFilters read(String namespace) {
    return new NamespaceFilters(
        repository.of(namespace).stream()
            .map(
                row ->
                    new WebhookFilter(
                        row.webhookId(),
                        row.version(),
                        row.eventPatterns(),
                        compiled.get(row.filter(), EventFilters::compile).orElse(null)))
            .toList());
  }

  private static Optional<EventFilter> compile(String expression) {
    try {
      return Optional.of(EventFilter.compile(expression));
    } catch (InvalidFilterException e) {
      log.warn("A filter does not compile here, so that no event meets it: {}", e.reason());
      return Optional.empty();
    }
  }
}
