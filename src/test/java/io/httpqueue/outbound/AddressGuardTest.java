package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGuardTest {

  private static final AddressGuard DEFAULT = guard("", "");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          0.0.0.0                              | unspecified
          0.0.0.1                              | unspecified
          0.255.255.255                        | unspecified
          10.0.0.0                             | private
          10.0.0.1                             | private
          10.255.255.255                       | private
          100.64.0.0                           | CGNAT
          100.100.100.200                      | CGNAT
          100.127.255.255                      | CGNAT
          127.0.0.1                            | loopback
          127.0.0.2                            | loopback
          127.255.255.255                      | loopback
          169.254.0.1                          | link-local
          169.254.169.254                      | link-local
          169.254.170.2                        | link-local
          172.16.0.0                           | private
          172.17.0.1                           | private
          172.31.255.255                       | private
          192.0.0.0                            | reserved
          192.0.0.170                          | reserved
          192.0.0.192                          | reserved
          192.0.2.1                            | documentation
          192.88.99.1                          | 6to4 relay
          192.168.0.0                          | private
          192.168.1.1                          | private
          192.168.255.255                      | private
          198.18.0.0                           | benchmarks
          198.19.255.255                       | benchmarks
          198.51.100.7                         | documentation
          203.0.113.9                          | documentation
          224.0.0.1                            | multicast
          239.255.255.250                      | multicast
          240.0.0.1                            | reserved
          254.1.2.3                            | reserved
          255.255.255.255                      | broadcast
          [::]                                 | unspecified
          [::1]                                | loopback
          [0:0:0:0:0:0:0:1]                    | loopback
          [::2]                                | IPv4 within IPv6
          [::127.0.0.1]                        | IPv4 within IPv6
          [::10.0.0.1]                         | IPv4 within IPv6
          [::8.8.8.8]                          | IPv4 within IPv6
          [::ffff:127.0.0.1]                   | loopback
          [::ffff:7f00:1]                      | loopback
          [::FFFF:7F00:0001]                   | loopback
          [0:0:0:0:0:ffff:a00:1]               | private
          [::ffff:169.254.169.254]             | link-local
          [::ffff:0.0.0.0]                     | unspecified
          [::ffff:0:127.0.0.1]                 | IPv4 within IPv6
          [::ffff:0:8.8.8.8]                   | IPv4 within IPv6
          [64:ff9b::127.0.0.1]                 | NAT64
          [64:ff9b::a00:1]                     | NAT64
          [64:ff9b::8.8.8.8]                   | NAT64
          [64:ff9b:1::1]                       | NAT64
          [64:ff9b:1:ffff:ffff:ffff:ffff:ffff] | NAT64
          [100::1]                             | reserved
          [2001::1]                            | Teredo
          [2001:0:4136:e378:8000:63bf:80ff:fffe] | Teredo
          [2001:2::1]                          | benchmarks
          [2001:10::1]                         | reserved
          [2001:20::1]                         | reserved
          [2001:db8::1]                        | documentation
          [2001:db8:ffff::1]                   | documentation
          [2002:7f00:1::1]                     | 6to4
          [2002:a00:1::]                       | 6to4
          [2002:808:808::1]                    | 6to4
          [3fff::1]                            | documentation
          [5f00::1]                            | reserved
          [4000::1]                            | reserved
          [200::1]                             | reserved
          [fc00::1]                            | unique-local
          [fd00:ec2::254]                      | unique-local
          [fdff:ffff::1]                       | unique-local
          [fe80::1]                            | link-local
          [febf::1]                            | link-local
          [fec0::1]                            | site-local
          [feff::1]                            | site-local
          [ff02::1]                            | multicast
          [ff0e::1]                            | multicast
          [2a00:1450::5efe:10.0.0.1]           | ISATAP
          [2a00:1450::200:5efe:a00:1]          | ISATAP
          """)
  void blocksWhatIsNoPublicServer(String host, String why) {
    assertThat(DEFAULT.problem(URI.create("http://" + host + "/hook"))).contains(why);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "[2606:4700:4700::1111]",
    "[2a00:1450:4001:80b::200e]",
    "[2001:200::1]",
    "[2001:4860:4860::8888]",
    "[2003::1]",
    "[::ffff:8.8.8.8]",
    "[3ffe:ffff::1]"
  })
  void letsRequestsGoToPublicServers(String host) {
    assertThat(DEFAULT.problem(URI.create("https://" + host + "/"))).isNull();
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
