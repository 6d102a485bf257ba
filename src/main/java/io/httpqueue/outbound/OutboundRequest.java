package io.httpqueue.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * One POST to a receiver.
 *
 * @param url http or https
 * @param headers sent as they are, in the map's order; the caller has validated names and values
 * @param body sent byte for byte; not copied, so the caller must not change it
 * @param timeout bounds the whole attempt: look-up, connection, request and answer together
 */
public record OutboundRequest(URI url, Map<String, String> headers, byte[] body, Duration timeout) {

  /** Leaves headers and body out: they may be secret. */
  @Override
  public String toString() {
    return "OutboundRequest[url=%s, timeout=%s]".formatted(url, timeout);
  }
}
