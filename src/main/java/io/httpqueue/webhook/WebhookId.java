package io.httpqueue.webhook;

import java.util.UUID;

/** Names one registered webhook, on the wire and in the database alike. */
public record WebhookId(UUID value) {

  /**
   * Reads an id as it stands on the wire.
   *
   * @throws IllegalArgumentException if the text is not a UUID in its usual form
   */
  public static WebhookId parse(String text) {
    return new WebhookId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
