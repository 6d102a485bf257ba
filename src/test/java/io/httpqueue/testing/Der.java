package io.httpqueue.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few types of DER (X.690) that a certificate is made of. */
final class Der {

  static final byte[] NULL = tagged(0x05);
  static final byte[] TRUE = tagged(0x01, (byte) 0xff);

  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] tagged(int tag, byte... content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, joined(parts));
  }

  static byte[] set(byte[]... parts) {
    return tagged(0x31, joined(parts));
  }

  static byte[] explicit(int number, byte[] content) {
    return tagged(0xa0 + number, content);
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] octetString(byte[] content) {
    return tagged(0x04, content);
  }

  static byte[] bitString(byte[] content) {
    return tagged(0x03, joined(new byte[1], content));
  }

  static byte[] utf8(String text) {
    return tagged(0x0c, text.getBytes(UTF_8));
  }

  // RFC 5280 wants another form for years before 2050; the JDK reads both.
  static byte[] time(Instant time) {
    return tagged(0x18, GENERALIZED_TIME.format(time).getBytes(US_ASCII));
  }

  static byte[] oid(String text) {
    String[] parts = text.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      int value = Integer.parseInt(parts[i]);
      int bits = Math.max(7, (38 - Integer.numberOfLeadingZeros(value)) / 7 * 7);
      for (int shift = bits - 7; shift >= 0; shift -= 7) {
        out.write((value >> shift & 0x7f) | (shift > 0 ? 0x80 : 0));
      }
    }
    return tagged(0x06, out.toByteArray());
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
