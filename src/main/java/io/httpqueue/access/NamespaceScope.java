package io.httpqueue.access;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The namespaces that a key is for.
 *
 * @param all if true, every one, and {@code names} is empty
 */
public record NamespaceScope(boolean all, SortedSet<String> names) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

  /** Every namespace, those that do not exist yet included. */
  public static final NamespaceScope ALL = new NamespaceScope(true, new TreeSet<>());

  public NamespaceScope {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    if (all != names.isEmpty()) {
      throw new IllegalArgumentException("either all namespaces or at least one name");
    }
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a namespace has 1 to 255 of letters, digits and . _ : -");
      }
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
