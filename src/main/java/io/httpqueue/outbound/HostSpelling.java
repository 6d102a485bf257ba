package io.httpqueue.outbound;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of a host that is accepted: an IPv4 address of four decimal numbers, an IPv6
 * address in brackets, or a name of letters, digits, hyphens and dots. Whatever else some program
 * takes for an address (decimal, octal, hexadecimal and short forms, zone ids) is refused: what a
 * check reads into it and what a connection reads into it may differ.
 */
final class HostSpelling {

  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  // Such a name is an address to the programs that read addresses leniently.
  private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");
  private static final int LONGEST_NAME = 253;

  private HostSpelling() {}

  /** Says what is wrong with a URL's host, null if nothing is. */
  static @Nullable String problem(@Nullable String host) {
    if (host == null || host.isEmpty()) {
      return "the URL has no host, or one that is neither a name nor an address";
    }
    if (host.startsWith("[") || IPV4.matcher(host).matches()) {
      return literal(withoutBrackets(host)) == null
          ? "the host " + host + " is not an address in its plain form"
          : null;
    }
    if (NUMERIC_END.matcher(host).matches()) {
      return "the host " + host + " looks like an address, but is not one in its plain form";
    }
    boolean name = host.length() <= LONGEST_NAME && NAME.matcher(host).matches();
    return name ? null : "the host is not a name of letters, digits, hyphens and dots";
  }

  /** The address a text stands for, null if it is none in its plain form. Looks nothing up. */
  static @Nullable InetAddress literal(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** A URL's host as the look-up takes it. */
  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /**
   * A host as it stands in its URL. The library writes the names of its hosts in Unicode where they
   * were not ({@code xn--bcher-kva.example}), which neither a look-up nor a certificate knows.
   *
   * @throws IllegalArgumentException if there is no such form
   */
  static String ascii(String host) {
    return IDN.toASCII(host);
  }

  /** As in a URL. */
  static String text(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
