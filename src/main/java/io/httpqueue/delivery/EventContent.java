package io.httpqueue.delivery;

/**
 * What is sent of an event.
 *
 * @param payload not copied; must not be changed
 */
public record EventContent(String namespace, String name, byte[] payload) {

  /** About how many bytes it takes in memory. */
  int size() {
    return 100 + namespace.length() + name.length() + payload.length;
  }
}
