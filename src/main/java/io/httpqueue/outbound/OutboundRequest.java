package io.httpqueue.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One POST to a receiver.
 *
 * @param url http or https
 * @param headers sent as they are, in the map's order; the caller has validated names and values
 * @param body sent byte for byte; not copied, so the caller must not change it
 * @param timeout bounds the whole attempt: look-up, connection, request and answer together
 * @param identity what an https receiver is shown of who calls; null: nothing
 */
public record OutboundRequest(
    URI url,
    Map<String, String> headers,
    byte[] body,
    Duration timeout,
    @Nullable ClientIdentity identity) {

  /** One that shows the receiver no certificate. */
  public OutboundRequest(URI url, Map<String, String> headers, byte[] body, Duration timeout) {
    this(url, headers, body, timeout, null);
  }

  /** Leaves headers and body out: they may be secret. */
  @Override
  public String toString() {
    return "OutboundRequest[url=%s, timeout=%s]".formatted(url, timeout);
  }
}
