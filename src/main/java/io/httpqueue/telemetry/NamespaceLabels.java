package io.httpqueue.telemetry;

import io.opentelemetry.api.common.Attributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attribute of a namespace, for a bounded number of them: whoever pushes chooses their names,
 * and each would be a time series for ever. Thread-safe.
 */
public final class NamespaceLabels {

  private static final Attributes OTHER = Meters.attributes(Label.NAMESPACE, "other");

  private final int limit;
  private final Map<String, Attributes> known = new ConcurrentHashMap<>();

  /**
   * @param limit how many namespaces get a label of their own: the first that are seen
   */
  public NamespaceLabels(int limit) {
    this.limit = limit;
  }

  /** The namespace's own, or that of all others. */
  public Attributes of(String namespace) {
    Attributes attributes = known.get(namespace);
    if (attributes != null) {
      return attributes;
    }
    // Two at the same moment may pass the limit by one; that is fine.
    return known.size() >= limit
        ? OTHER
        : known.computeIfAbsent(namespace, name -> Meters.attributes(Label.NAMESPACE, name));
  }
}
