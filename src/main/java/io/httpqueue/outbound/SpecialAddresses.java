package io.httpqueue.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that do not belong to a public server. Source: IANA's registries of special-purpose
 * addresses (RFC 6890) and what it names. In IPv6 all is special but global unicast, {@code
 * 2000::/3}.
 */
final class SpecialAddresses {

  private static final Map<AddressRange, String> SPECIAL = new LinkedHashMap<>();
  private static final AddressRange GLOBAL_IPV6 = AddressRange.from("2000::/3");

  static {
    special("0.0.0.0/8", "unspecified");
    special("10.0.0.0/8", "private");
    special("100.64.0.0/10", "shared by a provider's customers (CGNAT)");
    special("127.0.0.0/8", "loopback");
    // Public by its number, but within each machine of Azure it is the machine's own host.
    special("168.63.129.16", "the host of a machine in Azure");
    special("169.254.0.0/16", "link-local");
    special("172.16.0.0/12", "private");
    special("192.0.0.0/24", "reserved");
    special("192.0.2.0/24", "for documentation");
    special("192.88.99.0/24", "a 6to4 relay");
    special("192.168.0.0/16", "private");
    special("198.18.0.0/15", "for benchmarks");
    special("198.51.100.0/24", "for documentation");
    special("203.0.113.0/24", "for documentation");
    special("224.0.0.0/4", "multicast");
    special("255.255.255.255", "broadcast");
    special("240.0.0.0/4", "reserved");
    special("::", "unspecified");
    special("::1", "loopback");
    special("::/96", "IPv4 within IPv6");
    special("::ffff:0:0:0/96", "IPv4 within IPv6");
    special("64:ff9b::/96", "IPv4 within IPv6 (NAT64)");
    special("64:ff9b:1::/48", "IPv4 within IPv6 (NAT64)");
    special("fc00::/7", "unique-local");
    special("fe80::/10", "link-local");
    special("fec0::/10", "site-local");
    special("ff00::/8", "multicast");
    special("2001::/32", "IPv4 within IPv6 (Teredo)");
    special("2001:2::/48", "for benchmarks");
    special("2001:db8::/32", "for documentation");
    special("2001::/23", "reserved");
    special("2002::/16", "IPv4 within IPv6 (6to4)");
    special("3fff::/20", "for documentation");
  }

  private SpecialAddresses() {}

  private static void special(String range, String why) {
    SPECIAL.put(AddressRange.from(range), why);
  }

  /** What the address is, null if it is one of a public server. */
  static @Nullable String why(InetAddress address) {
    for (Map.Entry<AddressRange, String> special : SPECIAL.entrySet()) {
      if (special.getKey().contains(address)) {
        return special.getValue();
      }
    }
    if (address instanceof Inet4Address) {
      return null;
    }
    if (!GLOBAL_IPV6.contains(address)) {
      return "reserved";
    }
    return EmbeddedIpv4.isIsatap(address) ? "IPv4 within IPv6 (ISATAP)" : null;
  }
}
