package io.httpqueue.harness;

import java.util.Arrays;

/**
 * The JSON of a generated event. Its number and the time it was pushed stand at fixed places, so
 * that a receiver can read them without a parser. The time is {@link System#nanoTime}, which on
 * Linux is one clock for all processes of a machine.
 */
public final class Payload {

  private static final String BEFORE_SEQUENCE = "{\"seq\":\"";
  private static final String BEFORE_SENT = "\",\"sent\":\"";
  private static final String BEFORE_PADDING = "\",\"pad\":\"";
  private static final String END = "\"}";
  private static final int DIGITS = 19;
  private static final int SEQUENCE_AT = BEFORE_SEQUENCE.length();
  private static final int SENT_AT = SEQUENCE_AT + DIGITS + BEFORE_SENT.length();
  private static final int LEAST_BYTES = SENT_AT + DIGITS + BEFORE_PADDING.length() + END.length();

  private final String padding;

  /**
   * @param bytes how long each payload is, 84 or more
   */
  public Payload(int bytes) {
    if (bytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "a payload of " + bytes + " bytes; allowed are " + LEAST_BYTES + " and more");
    }
    this.padding = "x".repeat(bytes - LEAST_BYTES);
  }

  /** The payload of one event. */
  public String text(long sequence, long sentNanos) {
    return BEFORE_SEQUENCE
        + digits(sequence)
        + BEFORE_SENT
        + digits(sentNanos)
        + BEFORE_PADDING
        + padding
        + END;
  }

  /** The same as SQL: an expression that makes the payload from the column {@code seq}. */
  public String sql() {
    return "'%s' || lpad(seq::text, %d, '0') || '%s%s%s%s%s'"
        .formatted(BEFORE_SEQUENCE, DIGITS, BEFORE_SENT, digits(0), BEFORE_PADDING, padding, END);
  }

  static long sequence(byte[] bytes, int start) {
    return number(bytes, start + SEQUENCE_AT);
  }

  static long sentNanos(byte[] bytes, int start) {
    return number(bytes, start + SENT_AT);
  }

  private static String digits(long number) {
    char[] text = new char[DIGITS];
    Arrays.fill(text, '0');
    String plain = Long.toString(number);
    plain.getChars(0, plain.length(), text, DIGITS - plain.length());
    return new String(text);
  }

  private static long number(byte[] bytes, int start) {
    long value = 0;
    for (int i = start; i < start + DIGITS; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }
}
