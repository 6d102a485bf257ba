package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard lets through is what the connection reaches; and the settings of egress. */
class EgressFuzz {

  private static final AddressGuard GUARD =
      new AddressGuard(AddressRanges.NONE, AddressRanges.NONE, AllowedPorts.from("80,443,8080"));

  static Iterable<String> urls() {
    return List.of(
        "http://example.com/",
        "https://8.8.8.8:443/a?b=c",
        "http://[2606:4700::1111]:8080/",
        "http://[::ffff:8.8.8.8]/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://[fe80::1%25eth0]/",
        "http://[::1%1]/",
        "http://a..b/",
        "http://xn--bcher-kva.example:80/ü",
        "HTTP://EXAMPLE.com:/",
        "http://example.com:0/",
        "http://example.com/%0d%0aX:%20y",
        "http://a@b@c/",
        "http://example.com\\@127.0.0.1/",
        "http://1.2.3.4.5/",
        "http://example.0x1/",
        "http://2001:db8::1/",
        "http://[64:ff9b::7f00:1]/");
  }

  @MethodSource("urls")
  @FuzzTest
  void whatIsAllowedIsWhatIsConnectedTo(@NotNull String text) {
    Optional<URI> url = read(text);
    if (url.isEmpty() || GUARD.problem(url.get()) != null) {
      return;
    }
    Target target = Target.of(url.get(), null);
    HttpHost host = target.route().getTargetHost();
    assertThat(host.getPort()).isIn(80, 443, 8080);
    assertThat(target.path()).matches("/[!-~]*");
    assertThat(target.host().getValue()).matches("[!-~]+");
    assertThat(HostSpelling.ascii(host.getHostName()))
        .isEqualToIgnoringCase(HostSpelling.withoutBrackets(url.get().getHost()));
    checkHost(HostSpelling.ascii(host.getHostName()));
  }

  /** An address in its one form, or a name that no reader takes for an address. */
  private static void checkHost(String host) {
    InetAddress literal = HostSpelling.literal(host);
    Optional<InetAddress> byJava = lenient(InetAddress::ofLiteral, host);
    Optional<InetAddress> byPosix = lenient(Inet4Address::ofPosixLiteral, host);
    if (literal == null) {
      assertThat(host).matches("[a-zA-Z0-9.-]+");
      assertThat(byJava).isEmpty();
      assertThat(byPosix).isEmpty();
    } else {
      assertThat(GUARD.problem(literal)).isNull();
      assertThat(byJava).contains(literal);
      byPosix.ifPresent(address -> assertThat(address).isEqualTo(literal));
    }
  }

  private static Optional<InetAddress> lenient(Function<String, InetAddress> reader, String host) {
    try {
      return Optional.of(reader.apply(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<URI> read(String text) {
    try {
      URI url = URI.create(text);
      boolean http = "http".equalsIgnoreCase(url.getScheme());
      return http || "https".equalsIgnoreCase(url.getScheme())
          ? Optional.of(url)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A range holds its own address, and reads back what it writes. */
  @ValueSource(
      strings = {
        "10.0.0.0/8, fd00::/8",
        "::ffff:10.0.0.0/8",
        "::/0",
        "0.0.0.0/0",
        "10.0.0.1/8",
        "127.1",
        "fe80::1%1/64",
        "1.2.3.4/",
        "/8",
        ","
      })
  @FuzzTest
  void rangesOfAddresses(@NotNull String text) {
    AddressRanges ranges;
    try {
      ranges = AddressRanges.from(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("holds ");
      return;
    }
    for (AddressRange range : ranges.ranges()) {
      assertThat(range.contains(range.first())).isTrue();
      assertThat(AddressRange.from(range.toString())).isEqualTo(range);
    }
  }

  @ValueSource(strings = {"443, 8000-8999", "1-65535", "0", "65536", "5-3", "-", "1-", "1--2", ","})
  @FuzzTest
  void ports(@NotNull String text) {
    AllowedPorts ports;
    try {
      ports = AllowedPorts.from(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("holds '");
      return;
    }
    assertThat(ports.ports().isEmpty()).isFalse();
    assertThat(ports.contains(0)).isFalse();
    assertThat(ports.ports().length()).isLessThanOrEqualTo(65_536);
  }

  @ValueSource(
      strings = {
        "http://proxy.example:3128",
        "http://[::1]:1/",
        "http://u:secret@p:1",
        "http://:1"
      })
  @FuzzTest
  void proxies(@NotNull String text) {
    EgressProxy proxy;
    try {
      proxy = EgressProxy.from(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("is not of the form http://host:port");
      return;
    }
    if (proxy != null) {
      assertThat(proxy.host()).isNotEmpty().doesNotContain("@", "/");
      assertThat(proxy.port()).isBetween(1, 65_535);
      assertThat(proxy.toHttpHost().getPort()).isEqualTo(proxy.port());
    }
  }
}
