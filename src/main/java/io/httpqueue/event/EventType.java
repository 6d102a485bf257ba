package io.httpqueue.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A kind of event that a namespace knows.
 *
 * @param jsonSchema what payloads are to look like; null for none
 * @param description for people; may be empty
 */
public record EventType(
    String namespace,
    String name,
    @Nullable String jsonSchema,
    SchemaMode mode,
    String description,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * What is written of one. The boundary has validated it.
   *
   * @param jsonSchema one that {@link PayloadSchema#compile} takes, or null for none
   */
  public record Definition(
      String namespace,
      String name,
      @Nullable String jsonSchema,
      SchemaMode mode,
      String description) {}
}
