package io.httpqueue.api;

import static io.httpqueue.api.Violations.shown;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rules that several requests share. */
final class RequestRules {

  private static final int DEFAULT_PAGE_SIZE = 100;
  private static final int MAX_PAGE_SIZE = 500;

  private RequestRules() {}

  /** A UUID in its usual form of 36 characters; else a violation. */
  static Optional<UUID> parseId(String field, String value, Violations violations) {
    if (value.length() == 36) {
      try {
        UUID id = UUID.fromString(value);
        // The JDK also reads groups of other lengths.
        if (id.toString().equalsIgnoreCase(value)) {
          return Optional.of(id);
        }
      } catch (IllegalArgumentException e) {
        // Told below, like every other wrong form.
      }
    }
    violations.add(
        field, value.isEmpty() ? "is required: a UUID" : "is " + shown(value) + ", must be a UUID");
    return Optional.empty();
  }

  static int pageSize(int value, Violations violations) {
    if (value < 0 || value > MAX_PAGE_SIZE) {
      violations.add("page_size", "is %d, must be 1 to 500, or 0 for 100".formatted(value));
    }
    return value == 0 ? DEFAULT_PAGE_SIZE : value;
  }

  /**
   * A number of seconds; null where it is 0, which stands for the default.
   *
   * @param max the most that is allowed
   */
  static @Nullable Duration seconds(String field, long value, long max, Violations violations) {
    if (value < 0 || value > max) {
      violations.add(
          field, "is %d, must be 1 to %d seconds, or 0 for the default".formatted(value, max));
    }
    return value == 0 ? null : Duration.ofSeconds(value);
  }

  /** Postgres stores no NUL character in text. */
  static boolean hasNul(String value) {
    return value.indexOf('\0') >= 0;
  }
}
