package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGuardTest {

  private static final AddressGuard DEFAULT = guard("", "");

  @ParameterizedTest(name = "{0}: {2}")
  @CsvFileSource(resources = "/io/httpqueue/testing/blocked-addresses.csv", delimiter = '|')
  void blocksWhatIsNoPublicServer(String host, String why, String what) {
    assertThat(DEFAULT.problem(URI.create("http://" + host + "/hook"))).as(what).contains(why);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          1.1.1.1                      | a public resolver
          8.8.8.8                      | a public resolver
          9.255.255.255                | just below 10/8
          11.0.0.0                     | just above 10/8
          100.63.255.255               | just below 100.64/10
          100.128.0.0                  | just above 100.64/10
          126.255.255.255              | just below 127/8
          128.0.0.0                    | just above 127/8
          169.253.255.255              | just below 169.254/16
          169.255.0.0                  | just above 169.254/16
          172.15.255.255               | just below 172.16/12
          172.32.0.0                   | just above 172.16/12
          191.255.255.255              | just below 192/24
          192.0.1.0                    | just above 192.0.0/24
          192.0.3.0                    | just above 192.0.2/24
          192.88.98.255                | just below 192.88.99/24
          192.167.255.255              | just below 192.168/16
          192.169.0.0                  | just above 192.168/16
          198.17.255.255               | just below 198.18/15
          198.20.0.0                   | just above 198.18/15
          203.0.112.255                | just below 203.0.113/24
          203.0.114.0                  | just above 203.0.113/24
          223.255.255.255              | just below multicast
          [2606:4700:4700::1111]       | a public resolver
          [2a00:1450:4001:80b::200e]   | a public server
          [2001:200::1]                | just above 2001::/23
          [2001:4860:4860::8888]       | a public resolver
          [2003::1]                    | just above 6to4
          [::ffff:8.8.8.8]             | IPv4-mapped, public
          [3ffe:ffff::1]               | just below 3fff::/20
          """)
  void letsRequestsGoToPublicServers(String host, String what) {
    assertThat(DEFAULT.problem(URI.create("https://" + host + "/"))).as(what).isNull();
  }

  // Each is an address to some program: to inet_aton, to a browser, to Java, or to a resolver.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2130706433            | decimal
          017700000001          | octal
          0x7f000001            | hexadecimal
          0x7F.1                | short and hexadecimal
          0177.0.0.1            | octal part
          127.1                 | short
          127.0.1               | short
          127.0.0.01            | leading zero
          127.0.0.1.            | trailing dot
          localhost.            | trailing dot
          example.com.          | trailing dot
          1.2.3.4.5             | five parts
          256.1.1.1             | more than a byte
          example.1             | ends in a number
          example.0x1           | ends in a hexadecimal number
          a..b                  | empty label
          -a.example            | hyphen first
          under_score.example   | underscore
          %6c%6f.example        | percent-encoded
          bücher.example        | not ASCII
          １２７.0.0.1           | full-width digits
          127。0。0。1            | ideographic dots
          [fe80::1%25eth0]      | zone id
          [fe80::1%eth0]        | zone id
          [::1%1]               | zone id
          [2606:4700::1111%1]   | zone id of a public address
          """)
  void refusesOddSpellings(String host, String kind) {
    URI url;
    try {
      url = URI.create("http://" + host + "/");
    } catch (IllegalArgumentException e) {
      // Not a URL to begin with.
      return;
    }
    assertThat(DEFAULT.problem(url)).as(kind).isNotNull();
  }

  @Test
  void refusesLabelsAndNamesThatAreTooLong() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "b".repeat(61));

    assertThat(problem(label + ".example")).isNull();
    assertThat(problem(label + "a.example")).isNotNull();
    assertThat(problem(longest)).isNull();
    assertThat(problem(longest + "b")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"example.com", "EXAMPLE.com", "localhost", "xn--bcher-kva.example", "1a.example"})
  void leavesNamesToTheLookUp(String host) {
    assertThat(problem(host)).isNull();
  }

  @Test
  void allowsWhatTheSettingNamesAndNoMore() {
    AddressGuard guard = guard("10.1.0.0/16, fd00:1::/32", "");

    assertThat(guard.problem(URI.create("http://10.1.255.1/"))).isNull();
    assertThat(guard.problem(URI.create("http://[::ffff:10.1.0.1]/"))).isNull();
    assertThat(guard.problem(URI.create("http://[fd00:1::9]/"))).isNull();
    assertThat(guard.problem(URI.create("http://10.2.0.1/"))).contains("private");
    assertThat(guard.problem(URI.create("http://[fd00:2::9]/"))).contains("unique-local");
  }

  @Test
  void deniedBeatsAllowed() {
    AddressGuard guard = guard("10.0.0.0/8", "10.0.0.7, 8.8.8.0/24");

    assertThat(guard.problem(URI.create("http://10.0.0.6/"))).isNull();
    assertThat(guard.problem(URI.create("http://10.0.0.7/"))).contains("denied");
    assertThat(guard.problem(URI.create("http://[::ffff:8.8.8.8]/"))).contains("denied");
    assertThat(guard.problem(URI.create("http://8.8.4.4/"))).isNull();
  }

  @Test
  void anAddressWithinAnAllowedOneIsJudgedToo() {
    AddressGuard guard = guard("64:ff9b::/96, 64:ff9b:1::/48, 2002::/16, 2001::/32", "9.9.9.9");

    assertThat(guard.problem(URI.create("http://[64:ff9b::8.8.8.8]/"))).isNull();
    assertThat(guard.problem(URI.create("http://[64:ff9b::10.0.0.1]/"))).contains("private");
    assertThat(guard.problem(URI.create("http://[64:ff9b::9.9.9.9]/"))).contains("denied");
    assertThat(guard.problem(URI.create("http://[64:ff9b:1:fffe::127.0.0.1]/")))
        .contains("loopback");
    assertThat(guard.problem(URI.create("http://[64:ff9b:1:7f00:0:100::]/"))).contains("loopback");
    assertThat(guard.problem(URI.create("http://[64:ff9b:1:808:8:800::]/"))).isNull();
    assertThat(guard.problem(URI.create("http://[2002:a9fe:a9fe::1]/"))).contains("link-local");
    assertThat(guard.problem(URI.create("http://[2002:808:808::1]/"))).isNull();
    // The client is 127.0.0.1 with its bits inverted.
    assertThat(guard.problem(URI.create("http://[2001:0:808:808:0:0:80ff:fffe]/")))
        .contains("loopback");
  }

  @Test
  void restrictsPortsWhereTheSettingSaysSo() {
    AddressGuard some =
        new AddressGuard(
            AddressRanges.NONE, AddressRanges.NONE, AllowedPorts.from("443, 8000-8002"));

    assertThat(some.problem(URI.create("https://example.com/"))).isNull();
    assertThat(some.problem(URI.create("http://example.com:443/"))).isNull();
    assertThat(some.problem(URI.create("http://example.com:8002/"))).isNull();
    assertThat(some.problem(URI.create("http://example.com/"))).contains("port 80");
    assertThat(some.problem(URI.create("http://example.com:8003/"))).contains("port 8003");
    assertThat(some.problem(URI.create("http://example.com:7999/"))).contains("port 7999");
  }

  @Test
  void refusesPortsThatDoNotExist() {
    assertThat(DEFAULT.problem(URI.create("http://example.com:0/"))).contains("port 0");
    assertThat(DEFAULT.problem(URI.create("http://example.com:65536/"))).contains("port 65536");
    assertThat(DEFAULT.problem(URI.create("http://example.com:65535/"))).isNull();
  }

  private static @Nullable String problem(String host) {
    return DEFAULT.problem(URI.create("http://" + host + "/"));
  }

  private static AddressGuard guard(String allow, String deny) {
    return new AddressGuard(
        AddressRanges.from(allow), AddressRanges.from(deny), AllowedPorts.from(""));
  }
}
