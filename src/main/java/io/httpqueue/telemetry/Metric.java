package io.httpqueue.telemetry;

import static io.httpqueue.telemetry.Metric.Kind.COUNTER;
import static io.httpqueue.telemetry.Metric.Kind.GAUGE;
import static io.httpqueue.telemetry.Metric.Kind.HISTOGRAM;

import java.util.List;

/**
 * Every metric of HTTPQueue's own, as {@code docs/observability.md} lists it. Names and units
 * follow OpenTelemetry's conventions: units are UCUM, and a Prometheus name is the name with
 * underscores, the unit, and {@code _total} for a counter.
 */
public enum Metric {
  EVENTS_ACCEPTED(
      "httpqueue.events.accepted",
      COUNTER,
      "{event}",
      "Events that were committed",
      Label.NAMESPACE),
  EVENTS_REFUSED(
      "httpqueue.events.refused",
      COUNTER,
      "{event}",
      "Events that were not accepted, because the intake was full or their commit failed",
      Label.ERROR_TYPE),
  EVENT_FAN_OUT(
      "httpqueue.event.fan_out", HISTOGRAM, "{delivery}", "Webhooks that an event goes to"),
  FILTER_FAILURES(
      "httpqueue.filter.failures",
      COUNTER,
      "{evaluation}",
      "Filters that failed on an event, which then does not match"),
  INTAKE_WAITING(
      "httpqueue.intake.waiting", GAUGE, "{event}", "Events that wait for a commit on this server"),
  INTAKE_BATCH("httpqueue.intake.batch", HISTOGRAM, "{event}", "Events in one commit"),
  INTAKE_COMMIT_DURATION(
      "httpqueue.intake.commit.duration", HISTOGRAM, "s", "Time that one commit of events took"),
  FAN_OUT_WAITING_AGE(
      "httpqueue.fan_out.oldest.age",
      GAUGE,
      "s",
      "Age of the oldest event whose deliveries are still to be made; 0 where none is"),
  DELIVERIES_ENDED(
      "httpqueue.deliveries.ended",
      COUNTER,
      "{delivery}",
      "Deliveries that ended",
      Label.OUTCOME,
      Label.ERROR_TYPE),
  DELIVERY_ATTEMPT_DURATION(
      "httpqueue.delivery.attempt.duration",
      HISTOGRAM,
      "s",
      "Time from the start of an attempt to the end of the answer, or to the failure",
      Label.RESULT,
      Label.ERROR_TYPE),
  DELIVERY_END_TO_END_DURATION(
      "httpqueue.delivery.end_to_end.duration",
      HISTOGRAM,
      "s",
      "Time from the acceptance of an event to its success at a webhook"),
  DELIVERY_RETRIES(
      "httpqueue.delivery.retries",
      COUNTER,
      "{retry}",
      "Retries that were scheduled",
      Label.ERROR_TYPE),
  DELIVERIES_IN_FLIGHT(
      "httpqueue.deliveries.in_flight", GAUGE, "{delivery}", "Attempts that run on this server"),
  DELIVERIES_WAITING(
      "httpqueue.deliveries.waiting",
      GAUGE,
      "{delivery}",
      "Deliveries that have not ended, counted up to 100,000; the same on every server",
      Label.STATE),
  DELIVERY_OLDEST_DUE_AGE(
      "httpqueue.delivery.oldest_due.age",
      GAUGE,
      "s",
      "How long the oldest delivery that is due has been due; the same on every server"),
  WEBHOOK_OLDEST_DUE_AGE(
      "httpqueue.webhook.oldest_due.age",
      GAUGE,
      "s",
      "The same for the webhooks that are furthest behind",
      Label.WEBHOOK),
  LANES_ACTIVE(
      "httpqueue.lanes.active", GAUGE, "{lane}", "Lanes that run on this server, with idle ones"),
  LANES_HELD_BACK(
      "httpqueue.lanes.held_back",
      GAUGE,
      "{lane}",
      "Lanes with deliveries of more than a minute ago that wait for their turn, since this server"
          + " accepts events"),
  WEBHOOKS_BY_BREAKER(
      "httpqueue.webhooks.breaker",
      GAUGE,
      "{webhook}",
      "Webhooks whose circuit breaker is not closed; the same on every server",
      Label.STATE),
  WEBHOOKS_THROTTLED(
      "httpqueue.webhooks.throttled",
      GAUGE,
      "{webhook}",
      "Webhooks that wait because their receiver asked for it; the same on every server"),
  WEBHOOKS_DISABLED(
      "httpqueue.webhooks.disabled",
      GAUGE,
      "{webhook}",
      "Webhooks that the server took out of use; the same on every server",
      Label.REASON),
  OUTCOMES_WAITING(
      "httpqueue.outcomes.waiting",
      GAUGE,
      "{outcome}",
      "Outcomes that wait for a commit on this server"),
  OUTCOME_BATCH("httpqueue.outcomes.batch", HISTOGRAM, "{outcome}", "Outcomes in one commit"),
  OUTCOME_COMMIT_DURATION(
      "httpqueue.outcomes.commit.duration", HISTOGRAM, "s", "Time that one commit took"),
  DATABASE_UP(
      "httpqueue.database.up", GAUGE, "{server}", "1 while Postgres answers this server, else 0"),
  DATABASE_CONNECTIONS(
      "httpqueue.database.connections",
      GAUGE,
      "{connection}",
      "Connections of this server's pools",
      Label.POOL,
      Label.STATE),
  DATABASE_CONNECTIONS_PENDING(
      "httpqueue.database.connections.pending",
      GAUGE,
      "{request}",
      "Threads that wait for a connection",
      Label.POOL),
  DATABASE_SIZE(
      "httpqueue.database.size",
      GAUGE,
      "By",
      "Size of a table with its indexes and partitions; the same on every server",
      Label.TABLE),
  JOBS(
      "httpqueue.jobs",
      GAUGE,
      "{job}",
      "Jobs that JobRunr keeps; the same on every server",
      Label.STATE);

  /** How its values add up. */
  public enum Kind {
    /** Rises only. */
    COUNTER,
    /** A distribution, in exponential buckets. */
    HISTOGRAM,
    /** What is so at the moment it is read. */
    GAUGE
  }

  private final String key;
  private final Kind kind;
  private final String unit;
  private final String description;

  // Made by List.of.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Label> labels;

  Metric(String key, Kind kind, String unit, String description, Label... labels) {
    this.key = key;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.labels = List.of(labels);
  }

  /** Its name as it is exported. */
  public String key() {
    return key;
  }

  public Kind kind() {
    return kind;
  }

  /** In UCUM. */
  public String unit() {
    return unit;
  }

  public String description() {
    return description;
  }

  /** Its attributes; none other is ever set. */
  public List<Label> labels() {
    return labels;
  }
}
