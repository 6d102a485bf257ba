package io.httpqueue.bench;

import java.util.List;

/**
 * One load on a deployment.
 *
 * @param label tells the runs of a scenario apart
 * @param product what runs as the server
 * @param fanOut whether each event goes to all webhooks, and not to one after the other
 * @param warmUp events pushed and delivered before the measure begins
 */
record Run(
    String label,
    Product product,
    int servers,
    List<Group> groups,
    boolean fanOut,
    Load load,
    long warmUp,
    Telemetry telemetry,
    Surroundings surroundings) {

  /** What is measured. */
  enum Product {
    HTTPQUEUE,
    /** One JobRunr job per delivery: see {@link BaselineMain}. */
    BASELINE
  }

  Run {
    groups = List.copyOf(groups);
  }

  /** A run in an empty database, of servers that tell what they do by themselves. */
  Run(
      String label,
      Product product,
      int servers,
      List<Group> groups,
      boolean fanOut,
      Load load,
      long warmUp) {
    this(label, product, servers, groups, fanOut, load, warmUp, Telemetry.USUAL, Surroundings.NONE);
  }

  int webhooks() {
    return groups.stream().mapToInt(Group::webhooks).sum();
  }

  /** The group of the webhook of a number. */
  Group group(int webhook) {
    int end = 0;
    for (Group group : groups) {
      end += group.webhooks();
      if (webhook < end) {
        return group;
      }
    }
    throw new IllegalArgumentException("no webhook " + webhook);
  }

  /** How many deliveries each event makes. */
  int deliveriesPerEvent() {
    return fanOut ? webhooks() : 1;
  }

  /** Deliveries that wait before the load begins, in groups that will take them. */
  long waiting() {
    return groups.stream().filter(Group::target).mapToLong(g -> g.waiting() * g.webhooks()).sum();
  }

  /** Whether all that waits is delivered at its end. */
  boolean leavesNothing() {
    return groups.stream().allMatch(group -> group.target() || group.waiting() == 0);
  }

  Run withLabel(String other) {
    return new Run(other, product, servers, groups, fanOut, load, warmUp, telemetry, surroundings);
  }

  Run withLoad(Load other) {
    return new Run(label, product, servers, groups, fanOut, other, warmUp, telemetry, surroundings);
  }

  Run withServers(int count) {
    return new Run(label, product, count, groups, fanOut, load, warmUp, telemetry, surroundings);
  }

  Run withTelemetry(Telemetry other) {
    return new Run(label, product, servers, groups, fanOut, load, warmUp, other, surroundings);
  }

  Run among(Surroundings other) {
    return new Run(label, product, servers, groups, fanOut, load, warmUp, telemetry, other);
  }
}
