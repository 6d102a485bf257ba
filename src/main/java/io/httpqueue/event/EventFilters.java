package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.filter.EventFilter;
import io.httpqueue.filter.InvalidFilterException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The filters of webhooks, compiled and in memory. They may be older than the database: the
 * statement that accepts an event finds that out, and accepts nothing that was judged by a filter
 * of another state. Thread-safe.
 */
@Component
class EventFilters {

  private static final Logger log = LoggerFactory.getLogger(EventFilters.class);

  /**
   * So that filters of webhooks that were unregistered are not asked for ever. They are read anew
   * behind what goes on, and kept while Postgres is away: without them each push would wait for it.
   */
  private static final Duration REFRESH_AFTER = Duration.ofMinutes(10);

  /** How many namespaces are read anew at a time: connections are for those that wait. */
  private static final int READING_AGAIN = 4;

  private final Semaphore readingAgain = new Semaphore(READING_AGAIN);
  private final FilterRepository repository;
  private final LoadingCache<String, NamespaceFilters> namespaces;
  private final Cache<String, Optional<EventFilter>> compiled;

  @Autowired
  EventFilters(FilterRepository repository, FilterSettings settings) {
    this(repository, settings, Ticker.systemTicker());
  }

  EventFilters(FilterRepository repository, FilterSettings settings, Ticker ticker) {
    this.repository = repository;
    this.namespaces =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheEntries())
            .weigher((String _, NamespaceFilters known) -> 1 + known.filters().size())
            .refreshAfterWrite(REFRESH_AFTER)
            .executor(Thread::startVirtualThread)
            .ticker(ticker)
            .build(
                new CacheLoader<>() {
                  @Override
                  public NamespaceFilters load(String namespace) {
                    return read(namespace);
                  }

                  @Override
                  public NamespaceFilters reload(String namespace, NamespaceFilters known) {
                    return readAgain(namespace, known);
                  }
                });
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
    return namespaces.get(namespace);
  }

  private NamespaceFilters readAgain(String namespace, NamespaceFilters known) {
    // Of thousands that are due at once most have another turn.
    if (!readingAgain.tryAcquire()) {
      return known;
    }
    try {
      return read(namespace);
    } catch (DataAccessException e) {
      log.debug("The filters of {} stay as they were known: {}", namespace, e.getMessage());
      return known;
    } finally {
      readingAgain.release();
    }
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
