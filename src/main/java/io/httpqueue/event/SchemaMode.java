package io.httpqueue.event;

/**
 * What is done with a payload that breaks its type's schema. The names are those of the Postgres
 * type {@code schema_mode}.
 */
public enum SchemaMode {
  /** It is not looked at. */
  OFF,
  /** The event is accepted, and its caller is told. */
  WARN,
  /** The push is refused. */
  REJECT
}
