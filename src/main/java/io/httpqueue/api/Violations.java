package io.httpqueue.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Gathers everything that is wrong with one request, so that the caller learns of all of it at
 * once. For one thread.
 */
final class Violations {

  /**
   * Clients take 8 KiB of trailers unless told otherwise, and Base64 makes a third more of it.
   * Whatever does not fit is counted.
   */
  private static final int MAX_BYTES = 4096;

  private static final int MAX_SHOWN = 64;
  private static final int MAX_NAMED = 5;

  private final String prefix;
  private final List<FieldViolation> kept = new ArrayList<>(0);
  private int bytes;
  private int leftOut;

  Violations() {
    this("");
  }

  /**
   * @param prefix stands before the name of each field, such as {@code webhook.}
   */
  Violations(String prefix) {
    this.prefix = prefix;
  }

  /** Adds all of another's, under the names that they have there. */
  void addAll(Violations other) {
    other.kept.forEach(violation -> keep(violation.field(), violation.description()));
    leftOut += other.leftOut;
  }

  /** Adds a violation. The description must hold no header value and no payload. */
  void add(String field, String description) {
    keep(prefix + field, description);
  }

  private void keep(String field, String description) {
    int size = utf8Length(field) + utf8Length(description) + 8;
    if (bytes + size > MAX_BYTES) {
      leftOut++;
      return;
    }
    bytes += size;
    kept.add(new FieldViolation(field, description));
  }

  boolean isEmpty() {
    return kept.isEmpty() && leftOut == 0;
  }

  /**
   * @throws InvalidRequestException with all of them, if there are any
   */
  void throwIfAny() {
    if (isEmpty()) {
      return;
    }
    StringJoiner fields = new StringJoiner(", ", "invalid request: ", "");
    kept.stream().limit(MAX_NAMED).forEach(violation -> fields.add(violation.field()));
    int unnamed = kept.size() - Math.min(kept.size(), MAX_NAMED) + leftOut;
    if (unnamed > 0) {
      fields.add("and %d more".formatted(unnamed));
    }
    if (kept.size() == 1 && leftOut == 0) {
      fields.add(kept.getFirst().description());
    }
    throw new InvalidRequestException(fields.toString(), kept);
  }

  /** A value in quotes, cut and free of control characters, to be shown to its sender. */
  static String shown(String value) {
    StringBuilder shown = new StringBuilder(Math.min(value.length(), MAX_SHOWN) + 3).append('"');
    int end = Math.min(value.length(), MAX_SHOWN);
    if (end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      shown.append(Character.isISOControl(c) ? '\uFFFD' : c);
    }
    return shown.append(end < value.length() ? "…\"" : "\"").toString();
  }

  /** The name of an entry of a map field, such as {@code headers[Host]}. */
  static String entry(String field, String key) {
    String shown = shown(key);
    return field + '[' + shown.substring(1, shown.length() - 1) + ']';
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
