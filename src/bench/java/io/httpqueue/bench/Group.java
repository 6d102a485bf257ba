package io.httpqueue.bench;

import io.httpqueue.harness.Behaviour;
import java.time.Duration;

/**
 * Webhooks of a run that are treated alike.
 *
 * @param behaviour of their receivers
 * @param recovery when, after the start of the load, the receivers begin to answer 200 at once;
 *     zero: they stay as they are
 * @param waiting deliveries that wait for each of them, since before the load began
 * @param waitingBytes how long the payload of each of those is
 * @param resumed when, after the start of the load, those that something waits for are resumed;
 *     zero: just before it starts
 * @param target whether events are pushed to them, and waited for
 */
record Group(
    String name,
    int webhooks,
    Behaviour behaviour,
    Duration recovery,
    long waiting,
    int waitingBytes,
    Duration resumed,
    boolean target) {

  static Group healthy(int webhooks) {
    return behaving("healthy", webhooks, Behaviour.ok());
  }

  static Group behaving(String name, int webhooks, Behaviour behaviour) {
    return new Group(
        name, webhooks, behaviour, Duration.ZERO, 0, Execution.PAYLOAD_BYTES, Duration.ZERO, true);
  }

  Group recoveringAfter(Duration time) {
    return new Group(name, webhooks, behaviour, time, waiting, waitingBytes, resumed, target);
  }

  Group withWaiting(long deliveries) {
    return withWaiting(deliveries, Execution.PAYLOAD_BYTES);
  }

  Group withWaiting(long deliveries, int bytes) {
    return new Group(name, webhooks, behaviour, recovery, deliveries, bytes, resumed, target);
  }

  Group resumedAfter(Duration time) {
    return new Group(name, webhooks, behaviour, recovery, waiting, waitingBytes, time, target);
  }

  Group withoutPushes() {
    return new Group(name, webhooks, behaviour, recovery, waiting, waitingBytes, resumed, false);
  }
}
