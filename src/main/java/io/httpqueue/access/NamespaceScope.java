package io.httpqueue.access;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The namespaces that a key is for.
 *
 * @param all if true, every one, and {@code names} is empty
 */
public record NamespaceScope(boolean all, SortedSet<String> names) {

  /** Every namespace, those that do not exist yet included. */
  public static final NamespaceScope ALL = new NamespaceScope(true, new TreeSet<>());

  public NamespaceScope {
    names = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(names));
    if (all != names.isEmpty()) {
      throw new IllegalArgumentException("either all namespaces or at least one name");
    }
  }

  /** These and no others; at least one. */
  public static NamespaceScope of(Collection<String> names) {
    return new NamespaceScope(false, new TreeSet<>(names));
  }

  public boolean includes(String namespace) {
    return all || names.contains(namespace);
  }
}
