package io.httpqueue.api;

import com.google.protobuf.MessageLite;

/**
 * How much of a page fits into one answer: clients take 4 MiB unless told otherwise. A page that is
 * cut short goes on with the next one. For one thread.
 */
final class ResponseBudget {

  private static final int MAX_BYTES = 3 * 1024 * 1024;

  private int used;

  /** Whether one more item fits; the first one always does. */
  boolean takes(MessageLite item) {
    int size = item.getSerializedSize();
    if (used > 0 && used + size > MAX_BYTES) {
      return false;
    }
    used += size;
    return true;
  }
}
