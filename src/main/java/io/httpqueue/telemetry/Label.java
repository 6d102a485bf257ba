package io.httpqueue.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/** Every attribute of HTTPQueue's own metrics. The values of each are few. */
public enum Label {
  NAMESPACE(
      "httpqueue.namespace",
      "the namespace; `other` for those beyond the first hundred that a server sees"),
  OUTCOME("httpqueue.outcome", "`success`, `failed`, `expired` or `cancelled`"),
  RESULT("httpqueue.result", "`success` or `failure`"),
  ERROR_TYPE(
      "error.type", "a class of error, the same as in the API in lower case; not set without one"),
  STATE("httpqueue.state", "see the metric"),
  REASON("httpqueue.reason", "`gone` or `failing`"),
  WEBHOOK("httpqueue.webhook.id", "the ids of the ten webhooks that are furthest behind"),
  POOL("httpqueue.pool", "`httpqueue`, `httpqueue-jobs` or `httpqueue-outcomes`"),
  TABLE("httpqueue.table", "`event`, `delivery` or `delivery_attempt`");

  // A key never changes.
  @SuppressWarnings("ImmutableEnumChecker")
  private final AttributeKey<String> key;

  private final String description;

  Label(String name, String description) {
    this.key = AttributeKey.stringKey(name);
    this.description = description;
  }

  /** Its name and type for OpenTelemetry. */
  public AttributeKey<String> key() {
    return key;
  }

  /** What its values are. */
  public String description() {
    return description;
  }
}
