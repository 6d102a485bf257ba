package io.httpqueue.harness;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Follows what one client says to Postgres (protocol 3, without TLS) and knows which statement it
 * is about to run. Used by one thread.
 */
final class StatementWatch {

  /** Enough of a message to hold the text of any statement. */
  private static final int KEPT_BYTES = 64 * 1024;

  private static final int LENGTH_BYTES = 4;

  private final Map<String, String> prepared = new HashMap<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  /** The first message has no type. */
  private boolean started;

  /** Bytes of the message that are still to come; negative while its head is not whole. */
  private int missing = -1;

  /** Takes what the client sent; whether a statement begins in it that is looked for. */
  boolean sees(byte[] bytes, int count, Predicate<String> wanted) {
    boolean seen = false;
    for (int at = 0; at < count; ) {
      if (missing < 0) {
        message.write(bytes[at++]);
        readHead();
      } else {
        int taken = Math.min(missing, count - at);
        message.write(bytes, at, Math.clamp(KEPT_BYTES - message.size(), 0, taken));
        missing -= taken;
        at += taken;
      }
      if (missing == 0) {
        seen |= isWanted(wanted);
        message.reset();
        missing = -1;
      }
    }
    return seen;
  }

  private void readHead() {
    int typeBytes = started ? 1 : 0;
    if (message.size() == typeBytes + LENGTH_BYTES) {
      int length = ByteBuffer.wrap(message.toByteArray()).getInt(typeBytes);
      missing = length - LENGTH_BYTES;
    }
  }

  private boolean isWanted(Predicate<String> wanted) {
    if (!started) {
      started = true;
      return false;
    }
    byte[] bytes = message.toByteArray();
    int body = 1 + LENGTH_BYTES;
    return switch (bytes[0]) {
      case 'Q' -> wanted.test(text(bytes, body));
      case 'P' -> {
        String name = text(bytes, body);
        prepared.put(name, text(bytes, after(bytes, body)));
        yield false;
      }
      case 'B' -> {
        String name = text(bytes, after(bytes, body));
        yield wanted.test(prepared.getOrDefault(name, ""));
      }
      default -> false;
    };
  }

  private static String text(byte[] bytes, int start) {
    return new String(bytes, start, after(bytes, start) - 1 - start, StandardCharsets.UTF_8);
  }

  /** Where what stands after a text begins; a text ends with a zero. */
  private static int after(byte[] bytes, int start) {
    int end = start;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return end + 1;
  }
}
