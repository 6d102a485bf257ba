package io.httpqueue.api;

import io.httpqueue.filter.EventFilter;
import io.httpqueue.filter.InvalidFilterException;

/** Which filters a webhook may have. */
final class FilterRules {

  private FilterRules() {}

  static void check(String field, String value, Violations violations) {
    if (value.isEmpty()) {
      return;
    }
    if (RequestRules.hasNul(value)) {
      violations.add(field, "must not hold the character NUL");
      return;
    }
    try {
      var _ = EventFilter.compile(value);
    } catch (InvalidFilterException e) {
      violations.add(field, e.reason());
    }
  }
}
