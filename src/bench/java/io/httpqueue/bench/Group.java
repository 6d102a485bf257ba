package io.httpqueue.bench;

import io.httpqueue.harness.Behaviour;
import java.time.Duration;

/**
 * Webhooks of a run that are treated alike.
 *
 * @param behaviour of their receivers
 * @param recovery when, after the start of the load, the receivers begin to answer 200 at once;
 *     zero: they stay as they are
 * @param waiting deliveries that are due for each of them before the servers start
 * @param waitingBytes how long the payload of each of those is
 * @param target whether events are pushed to them, and waited for
 */
record Group(
    String name,
    int webhooks,
    Behaviour behaviour,
    Duration recovery,
    long waiting,
    int waitingBytes,
    boolean target) {

  static Group healthy(int webhooks) {
    return behaving("healthy", webhooks, Behaviour.ok());
  }

  static Group behaving(String name, int webhooks, Behaviour behaviour) {
    return new Group(name, webhooks, behaviour, Duration.ZERO, 0, Execution.PAYLOAD_BYTES, true);
  }

  Group recoveringAfter(Duration time) {
    return new Group(name, webhooks, behaviour, time, waiting, waitingBytes, target);
  }

  Group withWaiting(long deliveries) {
    return withWaiting(deliveries, Execution.PAYLOAD_BYTES);
  }

  Group withWaiting(long deliveries, int bytes) {
    return new Group(name, webhooks, behaviour, recovery, deliveries, bytes, target);
  }

  Group withoutPushes() {
    return new Group(name, webhooks, behaviour, recovery, waiting, waitingBytes, false);
  }
}
