package io.httpqueue.filter;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as filters see it. Its payload is parsed once, when the first filter asks for it. For
 * one thread.
 */
public final class FilterableEvent {

  private final String namespace;
  private final String name;
  private final Map<String, String> metadata;
  private final byte[] payload;
  private @Nullable Object parsed;

  /**
   * @param payload one JSON value in UTF-8; not copied, and must not change
   */
  public FilterableEvent(
      String namespace, String name, Map<String, String> metadata, byte[] payload) {
    this.namespace = namespace;
    this.name = name;
    this.metadata = Map.copyOf(metadata);
    this.payload = payload;
  }

  /** The variables of an expression. */
  Map<String, Object> variables() {
    if (parsed == null) {
      parsed = JsonValues.parse(payload);
    }
    return Map.of("namespace", namespace, "event", name, "metadata", metadata, "payload", parsed);
  }
}
