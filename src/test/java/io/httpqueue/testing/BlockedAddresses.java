package io.httpqueue.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The table of addresses that no request may go to. */
public final class BlockedAddresses {

  private BlockedAddresses() {}

  /**
   * Hosts as in a URL, with what the refusal says of each.
   *
   * @param allowed an address that a test's server allows; left out in all its spellings
   */
  public static Map<String, String> but(String allowed) {
    try (InputStream file =
        Objects.requireNonNull(
            BlockedAddresses.class.getResourceAsStream("blocked-addresses.csv"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\s*\\|\\s*", -1))
          .filter(row -> !address(row[0]).getHostAddress().equals(allowed))
          .collect(Collectors.toMap(row -> row[0], row -> row[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetAddress address(String host) {
    return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""));
  }
}
