package io.httpqueue.outbound;

import java.util.BitSet;

/** Ports that requests may go to, as {@code 443, 8000-8999}. */
record AllowedPorts(BitSet ports) {

  private static final int HIGHEST = 65_535;

  AllowedPorts {
    ports = (BitSet) ports.clone();
  }

  /**
   * Reads ports and ranges of ports separated by commas, nothing for all; Spring binds the setting
   * through this method.
   *
   * @throws IllegalArgumentException if a part is neither; the message says which
   */
  public static AllowedPorts from(String text) {
    BitSet ports = new BitSet(HIGHEST + 1);
    if (text.isBlank()) {
      ports.set(1, HIGHEST + 1);
      return new AllowedPorts(ports);
    }
    for (String part : text.split(",", -1)) {
      String range = part.strip();
      int dash = range.indexOf('-');
      int first = port(dash < 0 ? range : range.substring(0, dash), range);
      int last = port(range.substring(dash + 1), range);
      if (first > last) {
        throw wrong(range);
      }
      ports.set(first, last + 1);
    }
    return new AllowedPorts(ports);
  }

  private static int port(String digits, String part) {
    if (digits.matches("[1-9]\\d{0,4}") && Integer.parseInt(digits) <= HIGHEST) {
      return Integer.parseInt(digits);
    }
    throw wrong(part);
  }

  private static IllegalArgumentException wrong(String part) {
    return new IllegalArgumentException(
        "holds '" + part + "', which is neither a port from 1 to 65535 nor a range as 8000-8999");
  }

  boolean contains(int port) {
    return ports.get(port);
  }
}
