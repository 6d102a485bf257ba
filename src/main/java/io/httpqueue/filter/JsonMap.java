package io.httpqueue.filter;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object of a payload, which knows how many values are in it at any depth. */
final class JsonMap extends AbstractMap<String, Object> {

  private final Map<String, Object> fields;
  private final int weight;

  JsonMap(Map<String, Object> fields, int weight) {
    this.fields = fields;
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  // The inherited ones go through all entries.
  @Override
  public @Nullable Object get(@Nullable Object name) {
    return fields.get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return fields.containsKey(name);
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return Collections.unmodifiableSet(fields.entrySet());
  }
}
