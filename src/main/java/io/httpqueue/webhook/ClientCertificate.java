package io.httpqueue.webhook;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a receiver is shown of who calls (mutual TLS). The boundary has validated it.
 *
 * @param chain the certificate, then the authorities between it and one that receivers trust
 * @param key of the certificate; RSA or EC
 */
public record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {

  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /** When the certificate ends. */
  public Instant expiresAt() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "ClientCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
