package io.httpqueue.api;

import static io.httpqueue.api.Violations.shown;

/** What namespaces, events and event patterns may be called. */
final class NameRules {

  private static final int MAX_LENGTH = 255;
  private static final String NAME = "1 to 255 of letters, digits and . _ : -";
  private static final String PATTERN = NAME + ", a prefix of such with .* at its end, or *";

  private NameRules() {}

  static void checkName(String field, String value, Violations violations) {
    if (!isName(value, value.length())) {
      violations.add(field, describe(value, NAME));
    }
  }

  static void checkPattern(String field, String value, Violations violations) {
    if (!isPattern(value)) {
      violations.add(field, describe(value, PATTERN));
    }
  }

  private static boolean isPattern(String value) {
    if (value.endsWith(".*")) {
      return value.length() <= MAX_LENGTH && isName(value, value.length() - 2);
    }
    return value.equals("*") || isName(value, value.length());
  }

  /** Whether the first characters of a value are a name. A loop, since every push comes by here. */
  private static boolean isName(String value, int length) {
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == ':'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private static String describe(String value, String allowed) {
    return value.isEmpty()
        ? "is required: " + allowed
        : "is %s (%d characters), must be %s".formatted(shown(value), value.length(), allowed);
  }
}
