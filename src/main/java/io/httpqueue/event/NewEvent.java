package io.httpqueue.event;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event to accept. The boundary has validated it.
 *
 * @param namespace whose webhooks it may go to
 * @param name its whole name, no pattern
 * @param payload JSON in UTF-8, kept and sent byte for byte; not copied, so the caller must not
 *     change it
 * @param metadata kept with the event, not sent
 * @param timeToLive how long delivery is tried; null for the server's default
 * @param options what else was said of it
 */
public record NewEvent(
    String namespace,
    String name,
    byte[] payload,
    Map<String, String> metadata,
    @Nullable Duration timeToLive,
    EventOptions options) {

  public NewEvent {
    metadata = Map.copyOf(metadata);
  }

  /** An event without options. */
  public NewEvent(
      String namespace,
      String name,
      byte[] payload,
      Map<String, String> metadata,
      @Nullable Duration timeToLive) {
    this(namespace, name, payload, metadata, timeToLive, EventOptions.NONE);
  }
}
