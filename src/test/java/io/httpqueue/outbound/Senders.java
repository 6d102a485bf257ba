package io.httpqueue.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Senders as the product makes them, with the settings a test is about. */
record Senders(
    OutboundSettings settings,
    String allow,
    String deny,
    String ports,
    @Nullable EgressProxy proxy,
    @Nullable CaBundle caBundle,
    NameLookup.Source names) {

  /** The defaults, but that this machine is allowed. */
  static final Senders LOCAL =
      new Senders(
          new OutboundSettings(
              1_000, 512, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(10)),
          "127.0.0.0/8",
          "",
          "",
          null,
          null,
          InetAddress::getAllByName);

  static final Duration LONG = Duration.ofSeconds(30);

  Senders with(OutboundSettings other) {
    return new Senders(other, allow, deny, ports, proxy, caBundle, names);
  }

  Senders allowing(String ranges) {
    return new Senders(settings, ranges, deny, ports, proxy, caBundle, names);
  }

  Senders allowingPorts(String some) {
    return new Senders(settings, allow, deny, some, proxy, caBundle, names);
  }

  Senders through(String proxyUrl) {
    return new Senders(settings, allow, deny, ports, EgressProxy.from(proxyUrl), caBundle, names);
  }

  Senders trusting(Path pem) {
    CaBundle bundle = CaBundle.from(pem.toString());
    return new Senders(settings, allow, deny, ports, proxy, bundle, names);
  }

  Senders lookingUp(NameLookup.Source source) {
    return new Senders(settings, allow, deny, ports, proxy, caBundle, source);
  }

  AddressGuard guard() {
    return new AddressGuard(
        AllowedAddresses.from(allow).ranges(), AddressRanges.from(deny), AllowedPorts.from(ports));
  }

  HttpSender start() {
    EgressSettings egress =
        new EgressSettings(
            AllowedAddresses.from(allow),
            AddressRanges.from(deny),
            AllowedPorts.from(ports),
            proxy,
            caBundle);
    try {
      return OutboundConfiguration.sender(settings, egress, guard(), new NameLookup(names));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A small request with an ample timeout. */
  static OutboundRequest post(URI url) {
    return post(url, LONG);
  }

  static OutboundRequest post(URI url, Duration timeout) {
    byte[] body = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);
    return new OutboundRequest(url, Map.of("Content-Type", "application/json"), body, timeout);
  }
}
