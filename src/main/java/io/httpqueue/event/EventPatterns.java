package io.httpqueue.event;

import java.util.ArrayList;
import java.util.List;

/** The patterns by which webhooks say what events they want. */
final class EventPatterns {

  private static final String ALL = "*";

  private EventPatterns() {}

  /**
   * Every pattern that an event of this name matches: {@code order.created.eu} matches itself,
   * {@code *}, {@code order.*} and {@code order.created.*}. The function {@code event_patterns} of
   * the schema lists the same, for lists of webhooks and for replays.
   */
  static List<String> matching(String name) {
    List<String> patterns = new ArrayList<>(List.of(name, ALL));
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      patterns.add(name.substring(0, dot + 1) + ALL);
    }
    return patterns;
  }
}
