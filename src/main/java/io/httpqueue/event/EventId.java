package io.httpqueue.event;

import java.util.UUID;

/** Names one accepted event; receivers see it as {@code webhook-id}. */
public record EventId(UUID value) {

  /**
   * Reads an id as it stands on the wire.
   *
   * @throws IllegalArgumentException if the text is not a UUID in its usual form
   */
  public static EventId parse(String text) {
    return new EventId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
