package io.httpqueue.outbound;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * Addresses that begin with the same bits, as {@code 10.0.0.0/8}. IPv4 addresses within IPv6
 * ({@code ::ffff:10.0.0.1}) are IPv4 addresses here, as they are to a connection.
 */
record AddressRange(InetAddress first, int prefix) {

  /**
   * Reads a range, or a single address.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static AddressRange from(String text) {
    int slash = text.indexOf('/');
    InetAddress first = address(slash < 0 ? text : text.substring(0, slash), text);
    int longest = first.getAddress().length * Byte.SIZE;
    AddressRange range =
        new AddressRange(first, slash < 0 ? longest : prefix(text, slash, longest));
    if (!Arrays.equals(range.masked(first.getAddress()), first.getAddress())) {
      throw new IllegalArgumentException(
          "holds " + text + ", whose address has bits beyond the prefix");
    }
    return range;
  }

  private static InetAddress address(String address, String text) {
    InetAddress literal = HostSpelling.literal(address);
    if (literal == null) {
      throw new IllegalArgumentException(
          "holds " + text + ", which is not of the form 10.0.0.0/8 or fd00::/8");
    }
    return literal;
  }

  private static int prefix(String text, int slash, int longest) {
    String digits = text.substring(slash + 1);
    if (digits.matches("0|[1-9]\\d{0,2}") && Integer.parseInt(digits) <= longest) {
      return Integer.parseInt(digits);
    }
    throw new IllegalArgumentException(
        "holds " + text + ", whose prefix is not from 0 to " + longest);
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == first.getAddress().length
        && Arrays.equals(masked(bytes), first.getAddress());
  }

  private byte[] masked(byte[] address) {
    byte[] masked = new byte[address.length];
    int whole = prefix / Byte.SIZE;
    System.arraycopy(address, 0, masked, 0, whole);
    if (whole < address.length) {
      int mask = 0xff00 >> (prefix % Byte.SIZE);
      masked[whole] = (byte) (address[whole] & mask);
    }
    return masked;
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
