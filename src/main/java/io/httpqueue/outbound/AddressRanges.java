package io.httpqueue.outbound;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Ranges of addresses, as {@code 10.0.0.0/8, fd00::/8}. */
record AddressRanges(List<AddressRange> ranges) {

  static final AddressRanges NONE = new AddressRanges(List.of());
  static final AddressRanges LOOPBACK = from("127.0.0.0/8,::1");

  AddressRanges {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads ranges separated by commas; Spring binds settings through this method.
   *
   * @throws IllegalArgumentException if one is none; the message says which
   */
  public static AddressRanges from(String text) {
    if (text.isBlank()) {
      return new AddressRanges(List.of());
    }
    return new AddressRanges(
        Arrays.stream(text.split(",", -1)).map(String::strip).map(AddressRange::from).toList());
  }

  boolean contains(InetAddress address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
