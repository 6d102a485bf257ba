package io.httpqueue.event;

/** A text is no JSON Schema that can be used; the message says why, for its author. */
public final class InvalidPayloadSchemaException extends Exception {

  private static final long serialVersionUID = 1;

  InvalidPayloadSchemaException(String message) {
    super(message, null, false, false);
  }
}
