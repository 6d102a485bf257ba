package io.httpqueue.harness;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads one HTTP/1.1 request from bytes: just what the ledger needs of it. Used by one thread, for
 * one connection, one request after the other.
 */
final class ReceivedRequest {

  private static final UUID NONE = new UUID(0, 0);
  private static final int HEAD_END_LENGTH = 4;

  private int headLength;
  private int bodyLength;

  int webhook;
  int attempt;
  UUID eventId = NONE;
  UUID deliveryId = NONE;
  long sequence;
  long sentNanos;

  /** Starts over, for the next request. */
  void reset() {
    headLength = 0;
    bodyLength = 0;
    webhook = 0;
    attempt = 0;
    eventId = NONE;
    deliveryId = NONE;
  }

  /** How many bytes the request has, as far as it is known. */
  int length() {
    return headLength + bodyLength;
  }

  /** Looks at what has come so far. Returns whether the request is whole. */
  boolean isWhole(byte[] bytes, int count) {
    if (headLength == 0 && !readHead(bytes, count)) {
      return false;
    }
    if (count < length()) {
      return false;
    }
    sequence = Payload.sequence(bytes, headLength);
    sentNanos = Payload.sentNanos(bytes, headLength);
    return true;
  }

  private boolean readHead(byte[] bytes, int count) {
    int end = headEnd(bytes, count);
    if (end < 0) {
      return false;
    }
    headLength = end + HEAD_END_LENGTH;
    String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int lineEnd = endOfLine(head, 0);
    readPath(head.substring(0, lineEnd));
    for (int start = lineEnd + 2; start < end; start = lineEnd + 2) {
      lineEnd = endOfLine(head, start);
      readHeader(head, start, lineEnd);
    }
    return true;
  }

  // POST /w/12 HTTP/1.1
  private void readPath(String line) {
    int start = line.indexOf("/w/") + 3;
    webhook = Integer.parseInt(line.substring(start, line.indexOf(' ', start)));
  }

  private void readHeader(String head, int start, int end) {
    int colon = head.indexOf(':', start);
    if (is(head, start, colon, "content-length")) {
      bodyLength = Integer.parseInt(value(head, colon, end));
    } else if (is(head, start, colon, "webhook-id")) {
      eventId = UUID.fromString(value(head, colon, end));
    } else if (is(head, start, colon, "httpqueue-delivery")) {
      deliveryId = UUID.fromString(value(head, colon, end));
    } else if (is(head, start, colon, "httpqueue-attempt")) {
      attempt = Integer.parseInt(value(head, colon, end));
    }
  }

  private static boolean is(String head, int start, int colon, String name) {
    return colon - start == name.length()
        && head.regionMatches(true, start, name, 0, name.length());
  }

  private static String value(String head, int colon, int end) {
    return head.substring(colon + 1, end).strip();
  }

  private static int endOfLine(String head, int start) {
    int end = head.indexOf("\r\n", start);
    return end < 0 ? head.length() : end;
  }

  private static int headEnd(byte[] bytes, int count) {
    for (int i = 3; i < count; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i - 3;
      }
    }
    return -1;
  }
}
