package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.database.ServerMessages;
import io.httpqueue.event.EventTypeRepository.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Duration KEEP = Duration.ofMinutes(1);

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
  private final Cache<String, Map<String, Check>> checks =
      Caffeine.newBuilder()
          .expireAfterWrite(KEEP)
          .maximumWeight(MAX_CHECKS)
          .weigher((String namespace, Map<String, Check> names) -> 1 + names.size())
          .build();
  private final Cache<Version, Compiled> schemas =
      Caffeine.newBuilder()
          .maximumWeight(MAX_SCHEMA_CHARACTERS)
          .weigher((Version version, Compiled compiled) -> 100 + compiled.characters())
          .build();

  EventTypes(EventTypeRepository repository, ServerMessages messages) {
    this.repository = repository;
    this.messages = messages;
    // A read that is under way would hold the listening thread up.
    messages.subscribe(
        TOPIC, namespace -> Thread.startVirtualThread(() -> checks.invalidate(namespace)));
    messages.afterGap(() -> Thread.startVirtualThread(checks::invalidateAll));
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

  /** Checks an event's payload. Reads the database where the namespace is not known yet. */
  public SchemaFindings check(NewEvent event) {
    Check check = checks.get(event.namespace(), repository::checks).get(event.name());
    if (check == null) {
      return SchemaFindings.NONE;
    }
    Version version = new Version(event.namespace(), event.name(), check.updatedAt());
    List<String> violations =
        schemas
            .get(version, this::compile)
            .schema()
            .map(schema -> schema.violations(event.payload()))
            .orElse(List.of());
    return violations.isEmpty()
        ? SchemaFindings.NONE
        : new SchemaFindings(check.mode() == SchemaMode.REJECT, violations);
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
          e.getMessage());
      return new Compiled(Optional.empty(), text.length());
    }
  }

  private void changed(String namespace) {
    checks.invalidate(namespace);
    messages.publish(TOPIC, namespace);
  }
}
