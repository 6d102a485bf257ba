package io.httpqueue.outbound;

import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Decides where requests may go. Denied beats allowed, and allowed beats what an address is. An
 * IPv6 address that carries an IPv4 address is judged by both.
 */
final class AddressGuard {

  private final AddressRanges allowed;
  private final AddressRanges denied;
  private final AllowedPorts ports;

  AddressGuard(AddressRanges allowed, AddressRanges denied, AllowedPorts ports) {
    this.allowed = allowed;
    this.denied = denied;
    this.ports = ports;
  }

  /**
   * Says why no request may go to the URL, whatever its name's addresses are; null if one may.
   * Looks nothing up.
   */
  @Nullable String problem(URI url) {
    int port = port(url);
    if (port < 1 || !ports.contains(port)) {
      return "requests may not go to port " + port;
    }
    String spelling = HostSpelling.problem(url.getHost());
    if (spelling != null) {
      return spelling;
    }
    InetAddress literal = HostSpelling.literal(HostSpelling.withoutBrackets(url.getHost()));
    return literal == null ? null : problem(literal);
  }

  /** Says why no request may go to the address; null if one may. */
  @Nullable String problem(InetAddress address) {
    if (denied.contains(address)) {
      return "requests may not go to " + address.getHostAddress() + ", which is denied";
    }
    String special = allowed.contains(address) ? null : SpecialAddresses.why(address);
    if (special != null) {
      return "requests may not go to " + address.getHostAddress() + ", which is " + special;
    }
    for (InetAddress within : EmbeddedIpv4.of(address)) {
      String problem = problem(within);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  static int port(URI url) {
    return url.getPort() >= 0
        ? url.getPort()
        : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
  }
}
