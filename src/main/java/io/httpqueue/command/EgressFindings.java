package io.httpqueue.command;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.Environment;

/** Where requests may go, and whether the proxy on their way is there. */
final class EgressFindings {

  private static final String SUBJECT = "egress";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private EgressFindings() {}

  static List<Finding> of(Environment environment) {
    List<Finding> findings = new ArrayList<>();
    String allowed = environment.getProperty("httpqueue.egress.allow", "");
    findings.add(
        Finding.ok(
            SUBJECT,
            allowed.isBlank() || allowed.equals("auto")
                ? "public addresses"
                : "public addresses, and " + allowed));
    String proxy = environment.getProperty("httpqueue.egress.proxy", "");
    if (!proxy.isBlank()) {
      findings.add(proxy(proxy));
    }
    return findings;
  }

  private static Finding proxy(String proxy) {
    URI url = URI.create(proxy.strip());
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(url.getHost(), url.getPort()), (int) PATIENCE.toMillis());
      return Finding.ok(SUBJECT, "the proxy %s takes connections".formatted(proxy));
    } catch (IOException e) {
      return Finding.failed(
          SUBJECT, "the proxy %s takes no connection: %s".formatted(proxy, e.getMessage()));
    }
  }
}
