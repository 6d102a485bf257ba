package io.httpqueue.api;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.outbound.AddressCheck;
import io.httpqueue.outbound.AddressCheck.Verdict;
import io.httpqueue.webhook.ClientCertificate;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * What is wrong with the receiver of a webhook: requests may not go there, or it could not be shown
 * the client certificate. Thread-safe.
 */
@Component
class ReceiverRules {

  private final AddressCheck addresses;
  private final Clock clock;

  ReceiverRules(AddressCheck addresses, Clock clock) {
    this.addresses = addresses;
    this.clock = clock;
  }

  /**
   * Checks {@code url} and {@code client_certificate}. A URL that is none is left to {@link
   * RegisterWebhookRules}.
   *
   * @return the client certificate, where one is given and allowed
   */
  Optional<ClientCertificate> check(RegisterWebhookRequest request, Violations violations) {
    Optional<URI> url = UrlRules.parse("url", request.getUrl(), new Violations());
    url.ifPresent(found -> checkAddress("url", found, violations));
    return request.hasClientCertificate()
        ? ClientCertificateRules.parse(
            "client_certificate", request.getClientCertificate(), url, clock.instant(), violations)
        : Optional.empty();
  }

  /**
   * Adds a violation where no request would go: a courtesy to the caller, for each attempt decides
   * anew. A name without an address is let through: it may come to exist. Blocks for the look-up,
   * at most 2 s.
   *
   * @throws CallInterruptedException if the thread is interrupted
   */
  void checkAddress(String field, URI url, Violations violations) {
    try {
      if (addresses.check(url) instanceof Verdict.Refused(String reason)) {
        violations.add(field, "is %s: %s".formatted(Violations.shown(url.toString()), reason));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException(e);
    }
  }
}
