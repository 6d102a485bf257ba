package io.httpqueue.api;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers a webhook may ask for (RFC 9110, sections 5.1, 5.5 and 7.6.1). */
final class HeaderRules {

  private static final int MAX_HEADERS = 64;
  private static final int MAX_BYTES = 16 * 1024;

  /** Set by HTTPQueue or the connection; another value would break or mislead the request. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "traceparent",
          "tracestate",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> FORBIDDEN_PREFIXES = Set.of("httpqueue-", "proxy-", "webhook-");

  private static final String SYMBOLS_OF_TOKENS = "!#$%&'*+-.^_`|~";

  private HeaderRules() {}

  static void check(Map<String, String> headers, Violations violations) {
    if (headers.size() > MAX_HEADERS) {
      violations.add("headers", "has %d entries, must have at most 64".formatted(headers.size()));
    }
    long bytes = 0;
    Map<String, String> seen = new HashMap<>();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey();
      bytes += name.length() + header.getValue().length();
      String twin = seen.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (twin != null) {
        violations.add(
            field(name), "is given twice, in letters of different case: the names must differ");
      }
      checkName(name, violations);
      checkValue(name, header.getValue(), violations);
    }
    if (bytes > MAX_BYTES) {
      violations.add(
          "headers",
          "has %d bytes of names and values, must have at most 16384 (16 KiB)".formatted(bytes));
    }
  }

  private static void checkName(String name, Violations violations) {
    if (!isToken(name)) {
      violations.add(
          field(name),
          "is not a header name: must be one or more of letters, digits and " + SYMBOLS_OF_TOKENS);
    } else if (isForbidden(name.toLowerCase(Locale.ROOT))) {
      violations.add(
          field(name), "is set by HTTPQueue or belongs to the connection: must be left out");
    }
  }

  private static boolean isForbidden(String lowerCaseName) {
    return FORBIDDEN.contains(lowerCaseName)
        || FORBIDDEN_PREFIXES.stream().anyMatch(lowerCaseName::startsWith);
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || SYMBOLS_OF_TOKENS.indexOf(c) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /**
   * Text beyond ASCII is refused although the grammar has a place for it (obs-text): which bytes it
   * means is not defined. The value may be a secret and is never shown.
   */
  private static void checkValue(String name, String value, Violations violations) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean inside = i > 0 && i < value.length() - 1;
      boolean allowed = (c > ' ' && c < 0x7F) || (inside && (c == ' ' || c == '\t'));
      if (!allowed) {
        violations.add(
            field(name),
            "has a value that is not allowed at its character %d: must be visible ASCII, with spaces and tabs only inside"
                .formatted(i + 1));
        return;
      }
    }
  }

  private static String field(String name) {
    return Violations.entry("headers", name);
  }
}
