package io.httpqueue.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What is sent of an event.
 *
 * @param payload not copied; must not be changed
 * @param traceparent where its trace goes on; null where it has none
 */
public record EventContent(
    String namespace, String name, byte[] payload, @Nullable String traceparent) {

  /** Bytes, the most that a payload has. */
  public static final int LARGEST_PAYLOAD = 1 << 20;

  /** What it takes beside its texts and its payload, with its place in a cache. */
  private static final int OVERHEAD = 400;

  /** About how many bytes it takes in memory. */
  int size() {
    return OVERHEAD + namespace.length() + name.length() + payload.length;
  }
}
