package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.database.ServerMessages;
import io.httpqueue.event.EventTypeRepository.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The kinds of events that namespaces know, and the check of payloads against their schemas. Each
 * server keeps what it needs in memory, and is told of changes. Thread-safe.
 */
@Component
public class EventTypes {

  private static final Logger log = LoggerFactory.getLogger(EventTypes.class);
  private static final String TOPIC = "event-types";

  /** What is lost of the messages, in the moment a connection breaks, costs no more than this. */
  private static final Duration REFRESH_AFTER = Duration.ofMinutes(1);

  private static final long MAX_CHECKS = 1_000_000;

  /** A compiled schema takes some ten times its text. */
  private static final long MAX_SCHEMA_CHARACTERS = 4L << 20;

  /**
   * What a check found.
   *
   * @param refused whether the event must not be accepted
   * @param violations how the payload breaks the schema; no values of it
   */
  public record SchemaFindings(boolean refused, List<String> violations) {

    private static final SchemaFindings NONE = new SchemaFindings(false, List.of());
  }

  private record Version(String namespace, String name, Instant updatedAt) {}

  private record Compiled(Optional<PayloadSchema> schema, int characters) {}

  private final EventTypeRepository repository;
  private final ServerMessages messages;
  private final AsyncLoadingCache<String, Map<String, Check>> checks;
  private final AsyncCache<Version, Compiled> schemas =
      Caffeine.newBuilder()
          .executor(Thread::startVirtualThread)
          .maximumWeight(MAX_SCHEMA_CHARACTERS)
          .weigher((Version version, Compiled compiled) -> 100 + compiled.characters())
          .buildAsync();

  EventTypes(EventTypeRepository repository, ServerMessages messages) {
    this.repository = repository;
    this.messages = messages;
    // Pushes that wait for the same read share its end, which is an error while Postgres is away.
    this.checks =
        Caffeine.newBuilder()
            .executor(Thread::startVirtualThread)
            .refreshAfterWrite(REFRESH_AFTER)
            .maximumWeight(MAX_CHECKS)
            .weigher((String namespace, Map<String, Check> names) -> 1 + names.size())
            .buildAsync(new Loader());
    messages.subscribe(TOPIC, checks.synchronous()::invalidate);
    messages.afterGap(checks.synchronous()::invalidateAll);
  }

  /** What was read once goes on to hold while it cannot be read again. */
  private final class Loader implements CacheLoader<String, Map<String, Check>> {

    @Override
    public Map<String, Check> load(String namespace) {
      return repository.checks(namespace);
    }

    @Override
    public Map<String, Check> reload(String namespace, Map<String, Check> old) {
      try {
        return load(namespace);
      } catch (DataAccessException e) {
        return old;
      }
    }
  }

  /** Writes one, new or in place of the one of its name; all servers go by it within seconds. */
  public EventType put(EventType.Definition type) {
    EventType written = repository.put(type);
    changed(type.namespace());
    return written;
  }

  /**
   * Those of a namespace by name.
   *
   * @param after only names after this one; empty for the first page
   */
  public List<EventType> page(String namespace, String after, int limit) {
    return repository.page(namespace, after, limit);
  }

  /** Deletes one; false if there was none. */
  public boolean delete(String namespace, String name) {
    boolean deleted = repository.delete(namespace, name);
    changed(namespace);
    return deleted;
  }

  /**
   * Checks an event's payload. Reads the database where the namespace is not known yet.
   *
   * @throws DataAccessException if it cannot be read
   */
  public SchemaFindings check(NewEvent event) {
    Check check = await(checks.get(event.namespace())).get(event.name());
    if (check == null) {
      return SchemaFindings.NONE;
    }
    Version version = new Version(event.namespace(), event.name(), check.updatedAt());
    List<String> violations =
        await(schemas.get(version, this::compile))
            .schema()
            .map(schema -> schema.violations(event.payload()))
            .orElse(List.of());
    return violations.isEmpty()
        ? SchemaFindings.NONE
        : new SchemaFindings(check.mode() == SchemaMode.REJECT, violations);
  }

  /** Whether {@link #check} of such an event would have to wait for a read of the database. */
  public boolean readsFirst(String namespace, String name) {
    CompletableFuture<Map<String, Check>> read = checks.getIfPresent(namespace);
    if (read == null || !isThere(read)) {
      return true;
    }
    Check check = read.join().get(name);
    if (check == null) {
      return false;
    }
    var schema = schemas.getIfPresent(new Version(namespace, name, check.updatedAt()));
    return schema == null || !isThere(schema);
  }

  private static boolean isThere(CompletableFuture<?> read) {
    return read.isDone() && !read.isCompletedExceptionally();
  }

  private static <V> V await(CompletableFuture<V> read) {
    try {
      return read.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DataAccessException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private Compiled compile(Version version) {
    String text = repository.schema(version.namespace(), version.name()).orElse("");
    if (text.isEmpty()) {
      return new Compiled(Optional.empty(), 0);
    }
    try {
      return new Compiled(Optional.of(PayloadSchema.compile(text)), text.length());
    } catch (InvalidPayloadSchemaException e) {
      // It was compiled when it was put, by another release perhaps.
      log.warn(
          "Events {} of {} are not checked: their schema {}",
          version.name(),
          version.namespace(),
          e.problem());
      return new Compiled(Optional.empty(), text.length());
    }
  }

  private void changed(String namespace) {
    checks.synchronous().invalidate(namespace);
    messages.publish(TOPIC, namespace);
  }
}
