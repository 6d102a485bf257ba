package io.httpqueue.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one sender, and what it may reach. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OutboundSettings.class, EgressSettings.class})
class OutboundConfiguration {

  private static final Logger log = LoggerFactory.getLogger(OutboundConfiguration.class);

  private static final int CHECKS_AT_ONCE = 16;
  private static final int MOST_CHECKS_WAITING = 1_000;

  @Bean
  NameLookup nameLookup() {
    return new NameLookup(InetAddress::getAllByName);
  }

  @Bean
  AddressGuard addressGuard(
      EgressSettings settings,
      @Value("${ENVIRONMENT:development}") String environment,
      @Value("${httpqueue.database.url:}") String databaseUrl) {
    AddressRanges allowed = settings.allow().ranges();
    if (settings.allow().automatic()
        && environment.equals("development")
        && databaseUrl.isBlank()) {
      log.info(
          "Requests may go to this machine (loopback), as this is development with the embedded"
              + " database; HTTPQUEUE_EGRESS_ALLOW replaces that");
      allowed = AddressRanges.LOOPBACK;
    }
    return new AddressGuard(allowed, settings.deny(), settings.ports());
  }

  /**
   * Looks names up on threads of its own: whoever registers names whose servers are silent holds up
   * no delivery.
   */
  @Bean
  AddressCheck addressCheck(AddressGuard guard, EgressSettings settings) {
    return new AddressCheck(
        guard,
        new NameLookup(InetAddress::getAllByName, CHECKS_AT_ONCE, MOST_CHECKS_WAITING),
        settings.proxy() != null);
  }

  @Bean
  HttpSender httpSender(
      OutboundSettings settings, EgressSettings egress, AddressGuard guard, NameLookup names)
      throws GeneralSecurityException, IOException {
    return sender(settings, egress, guard, names);
  }

  /** The sender that these settings ask for. */
  static HttpSender sender(
      OutboundSettings settings, EgressSettings egress, AddressGuard guard, NameLookup names)
      throws GeneralSecurityException, IOException {
    EgressProxy proxy = egress.proxy();
    // The proxy itself may be anywhere; where requests may go through it is for it to check.
    ReceiverResolver resolver =
        new ReceiverResolver(names, proxy == null ? guard::problem : address -> null);
    return new HttpSender(
        new Connections(
            settings,
            resolver,
            new TlsSockets(CaBundle.trusted(egress.caBundle())),
            proxy == null ? null : proxy.toHttpHost()),
        guard);
  }
}
