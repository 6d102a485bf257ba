package io.httpqueue.delivery;

import java.util.UUID;

/** Names one replay. */
public record ReplayId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
