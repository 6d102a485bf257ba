package io.httpqueue.access;

import java.util.UUID;

/** Names one API key; no secret. */
public record ApiKeyId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
