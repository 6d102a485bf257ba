package io.httpqueue.api;

import io.httpqueue.delivery.EventContent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * What a payload may be: one JSON value (RFC 8259). It is read as a stream of tokens and nothing of
 * it is kept. Thread-safe.
 */
final class PayloadRules {

  private static final int MAX_BYTES = EventContent.LARGEST_PAYLOAD;
  private static final int MAX_DEPTH = 500;
  private static final int MAX_NUMBER_LENGTH = 1000;

  private final Utf8Json json =
      new Utf8Json(
          StreamReadConstraints.builder()
              .maxNestingDepth(MAX_DEPTH)
              .maxNumberLength(MAX_NUMBER_LENGTH)
              .maxNameLength(MAX_BYTES)
              .maxStringLength(MAX_BYTES)
              .build());

  /** The payload must be UTF-8. A description of what is wrong holds nothing of it. */
  void check(String field, byte[] payload, Violations violations) {
    String problem = problem(payload);
    if (problem != null) {
      violations.add(field, problem);
    }
  }

  private @Nullable String problem(byte[] payload) {
    if (payload.length == 0) {
      return "is required: one JSON value";
    }
    if (payload.length > MAX_BYTES) {
      return "has %d bytes, must have at most 1048576 (1 MiB)".formatted(payload.length);
    }
    if (looksLikeAnotherEncoding(payload)) {
      return "must be JSON without byte order mark or NUL";
    }
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), payload)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return "is blank, must be one JSON value";
      }
      parser.skipChildren();
      return parser.nextToken() == null
          ? null
          : "must be one JSON value: another one begins at " + where(parser.currentTokenLocation());
    } catch (StreamConstraintsException e) {
      return "is beyond what receivers can be expected to read: at most %d levels deep, numbers of at most %d characters"
          .formatted(MAX_DEPTH, MAX_NUMBER_LENGTH);
    } catch (JacksonException e) {
      return "is not valid JSON: it breaks at " + where(e.getLocation());
    }
  }

  /** The parser would take these for UTF-16 or UTF-32, or skip the mark. */
  private static boolean looksLikeAnotherEncoding(byte[] payload) {
    for (int i = 0; i < Math.min(4, payload.length); i++) {
      if (payload[i] == 0) {
        return true;
      }
    }
    return payload[0] == (byte) 0xEF;
  }

  private static String where(@Nullable TokenStreamLocation location) {
    return location == null
        ? "an unknown place"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
