package io.httpqueue.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came in.
 *
 * @param number the first is 1, over all paths
 * @param target path and query, as received
 * @param headers names without case
 * @param receivedAtNanos {@link System#nanoTime()} when its head was read
 * @param connection the sender's port: the same for two requests on one connection
 * @param client whose certificate the sender has shown, as in {@code CN=client}; null: none
 */
public record ReceivedRequest(
    int number,
    String method,
    String target,
    Map<String, List<String>> headers,
    byte[] body,
    long receivedAtNanos,
    int connection,
    @Nullable String client) {

  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The one value of a header. */
  public String header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() != 1) {
      throw new AssertionError("header " + name + " is there " + values.size() + " times");
    }
    return values.getFirst();
  }

  public boolean hasHeader(String name) {
    return headers.containsKey(name);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
