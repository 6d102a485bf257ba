package io.httpqueue.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a webhook may be labelled with. */
final class LabelRules {

  private static final int MAX_LABELS = 64;
  private static final int MAX_BYTES = 16 * 1024;

  private LabelRules() {}

  static void check(Map<String, String> labels, Violations violations) {
    if (labels.size() > MAX_LABELS) {
      violations.add("labels", "has %d entries, must have at most 64".formatted(labels.size()));
    }
    long bytes = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      bytes += label.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += label.getValue().getBytes(StandardCharsets.UTF_8).length;
      if (label.getKey().isEmpty()) {
        violations.add("labels", "has an entry without a name: names must not be empty");
      }
      if (RequestRules.hasNul(label.getKey()) || RequestRules.hasNul(label.getValue())) {
        violations.add(
            Violations.entry("labels", label.getKey()), "must not hold the character NUL");
      }
    }
    if (bytes > MAX_BYTES) {
      violations.add(
          "labels",
          "has %d bytes of names and values, must have at most 16384 (16 KiB)".formatted(bytes));
    }
  }
}
