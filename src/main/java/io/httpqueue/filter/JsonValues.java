package io.httpqueue.filter;

import dev.cel.common.values.NullValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Payloads as values of CEL: a whole number that fits is an int, any other number a double; of a
 * field that is given twice the last counts.
 */
final class JsonValues {

  private static final int MAX_DEPTH = 500;
  private static final int MAX_LENGTH = 1024 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_LENGTH)
                  .maxStringLength(MAX_LENGTH)
                  .build())
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .build();

  private JsonValues() {}

  /**
   * @throws JacksonException if it is not JSON
   */
  static Object parse(byte[] payload) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), payload)) {
      parser.nextToken();
      return value(parser);
    }
  }

  /** How many values there are in one, itself included, at any depth. */
  static int weight(Object value) {
    return switch (value) {
      case JsonMap map -> map.weight();
      case JsonList list -> list.weight();
      case Map<?, ?> map -> sum(map.values());
      case List<?> list -> sum(list);
      default -> 1;
    };
  }

  private static int sum(Iterable<?> values) {
    int sum = 1;
    for (Object value : values) {
      sum += weight(value);
      // A list that an expression has made may hold the same large value many times.
      if (sum > MAX_LENGTH) {
        return MAX_LENGTH;
      }
    }
    return sum;
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NULL -> NullValue.NULL_VALUE;
      case null, default -> throw new IllegalArgumentException("the payload is not JSON");
    };
  }

  private static Object whole(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> {
        BigInteger large = parser.getBigIntegerValue();
        yield large.doubleValue();
      }
    };
  }

  private static Object object(JsonParser parser) {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new JsonMap(fields, sum(fields.values()));
  }

  private static Object array(JsonParser parser) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return new JsonList(elements, sum(elements));
  }
}
