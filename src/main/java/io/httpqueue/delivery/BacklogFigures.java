package io.httpqueue.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What waits, in all of HTTPQueue, at one moment.
 *
 * @param waiting deliveries that have not ended, by state, each counted up to a bound
 * @param furthestBehind the webhooks whose oldest due delivery has been due the longest, that one
 *     first
 * @param breakers webhooks by the state of their breaker, {@code open} and {@code half_open}
 * @param throttled webhooks that wait because their receiver asked for it
 * @param disabled webhooks that the server took out of use, by reason
 * @param sizes of the large tables in bytes, by name
 */
record BacklogFigures(
    Map<String, Long> waiting,
    List<Behind> furthestBehind,
    Map<String, Long> breakers,
    long throttled,
    Map<String, Long> disabled,
    Map<String, Long> sizes) {

  /**
   * A webhook and how long its oldest due delivery has been due.
   *
   * @param webhookId whose
   * @param age zero or more
   */
  record Behind(UUID webhookId, Duration age) {}

  static final BacklogFigures NONE =
      new BacklogFigures(Map.of(), List.of(), Map.of(), 0, Map.of(), Map.of());

  /** How long the oldest due delivery of all has been due; zero where none is. */
  Duration oldestDue() {
    return furthestBehind.isEmpty() ? Duration.ZERO : furthestBehind.getFirst().age();
  }
}
