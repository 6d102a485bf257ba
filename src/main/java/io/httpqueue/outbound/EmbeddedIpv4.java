package io.httpqueue.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The IPv4 addresses that an IPv6 address carries, and that a router may send its packets to. Those
 * mapped ({@code ::ffff:0:0/96}) do not occur: Java has made IPv4 addresses of them.
 */
final class EmbeddedIpv4 {

  private static final AddressRange NAT64 = AddressRange.from("64:ff9b::/96");
  private static final AddressRange NAT64_LOCAL = AddressRange.from("64:ff9b:1::/48");
  private static final AddressRange COMPATIBLE = AddressRange.from("::/96");
  private static final AddressRange TRANSLATED = AddressRange.from("::ffff:0:0:0/96");
  private static final AddressRange SIX_TO_FOUR = AddressRange.from("2002::/16");
  private static final AddressRange TEREDO = AddressRange.from("2001::/32");
  private static final AddressRange NONE = AddressRange.from("::/127");

  private EmbeddedIpv4() {}

  /** Empty where there is none. */
  static List<InetAddress> of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address || NONE.contains(address)) {
      return List.of();
    }
    if (SIX_TO_FOUR.contains(address)) {
      return List.of(at(bytes, 2, 0));
    }
    if (TEREDO.contains(address)) {
      // The server, and the client with its bits inverted (RFC 4380).
      return List.of(at(bytes, 4, 0), at(bytes, 12, 0xff));
    }
    if (NAT64_LOCAL.contains(address)) {
      // RFC 6052: a translator's prefix may be the /48, whose addresses end in zeros, or a /96
      // within it.
      return List.of(endsInZeros(bytes) ? around64(bytes) : at(bytes, 12, 0));
    }
    boolean last =
        NAT64.contains(address)
            || COMPATIBLE.contains(address)
            || TRANSLATED.contains(address)
            || isIsatap(address);
    return last ? List.of(at(bytes, 12, 0)) : List.of();
  }

  /** RFC 5214: the interface id is {@code 0:5efe} or {@code 200:5efe} and an IPv4 address. */
  static boolean isIsatap(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 16
        && (bytes[8] & 0xfd) == 0
        && bytes[9] == 0
        && bytes[10] == 0x5e
        && bytes[11] == (byte) 0xfe;
  }

  private static boolean endsInZeros(byte[] bytes) {
    return Arrays.equals(bytes, 11, 16, new byte[5], 0, 5);
  }

  private static InetAddress around64(byte[] bytes) {
    return address(new byte[] {bytes[6], bytes[7], bytes[9], bytes[10]});
  }

  private static InetAddress at(byte[] bytes, int offset, int inverted) {
    byte[] four = Arrays.copyOfRange(bytes, offset, offset + 4);
    for (int i = 0; i < four.length; i++) {
      four[i] ^= (byte) inverted;
    }
    return address(four);
  }

  private static InetAddress address(byte[] four) {
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
