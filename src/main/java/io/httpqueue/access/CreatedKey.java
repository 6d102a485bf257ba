package io.httpqueue.access;

/**
 * A key that was just made.
 *
 * @param text the key itself: it is nowhere else, and cannot be had again
 */
public record CreatedKey(ApiKeyId id, String text) {

  @Override
  public String toString() {
    return "CreatedKey[" + id + "]";
  }
}
