package io.httpqueue.api;

import io.httpqueue.api.v1.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which client certificates a webhook may have: what no receiver would take is told when it is
 * given. Nothing of the key is ever in a message.
 */
final class ClientCertificateRules {

  private static final int MAX_CHAIN_LENGTH = 64 * 1024;
  private static final int MAX_CERTIFICATES = 10;

  private ClientCertificateRules() {}

  /**
   * The certificate, if it is allowed; else violations.
   *
   * @param url of the webhook
   * @param now no certificate may have ended by then
   */
  static Optional<io.httpqueue.webhook.ClientCertificate> parse(
      String field,
      ClientCertificate given,
      Optional<URI> url,
      Instant now,
      Violations violations) {
    if (url.isPresent() && !"https".equalsIgnoreCase(url.get().getScheme())) {
      violations.add(field, "is for https alone: must be left out where the url is http");
    }
    String chainField = field + ".certificate_chain";
    List<X509Certificate> chain = chain(chainField, given.getCertificateChain(), violations);
    if (!chain.isEmpty()) {
      checkChain(chainField, chain, now, violations);
    }
    Optional<PrivateKey> key =
        PrivateKeyRules.parse(field + ".private_key", given.getPrivateKey(), chain, violations);
    return chain.isEmpty()
        ? Optional.empty()
        : key.map(found -> new io.httpqueue.webhook.ClientCertificate(chain, found));
  }

  /** Empty where there is a violation. */
  private static List<X509Certificate> chain(String field, String text, Violations violations) {
    if (text.isEmpty()) {
      violations.add(field, "is required: the certificate as PEM, its issuers behind it");
      return List.of();
    }
    if (text.length() > MAX_CHAIN_LENGTH) {
      violations.add(
          field, "has %d characters, must have at most 65536 (64 KiB)".formatted(text.length()));
      return List.of();
    }
    try {
      return certificates(PemBlocks.of(text));
    } catch (IllegalArgumentException e) {
      violations.add(field, e.getMessage() + ": must be certificates as PEM");
    } catch (CertificateException e) {
      violations.add(field, "has a block that is not an X.509 certificate");
    }
    return List.of();
  }

  private static List<X509Certificate> certificates(List<PemBlocks.Block> blocks)
      throws CertificateException {
    if (blocks.isEmpty() || blocks.size() > MAX_CERTIFICATES) {
      throw new IllegalArgumentException(
          "has %d PEM blocks, must have 1 to 10".formatted(blocks.size()));
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (PemBlocks.Block block : blocks) {
      if (!block.type().equals("CERTIFICATE")) {
        throw new IllegalArgumentException("has a block of another type than CERTIFICATE");
      }
      chain.add(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
    }
    return chain;
  }

  private static void checkChain(
      String field, List<X509Certificate> chain, Instant now, Violations violations) {
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      if (!certificate.getNotAfter().toInstant().isAfter(now)) {
        violations.add(
            field,
            "holds a certificate (number %d) that ended at %s"
                .formatted(i + 1, certificate.getNotAfter().toInstant()));
      } else if (certificate.getNotBefore().toInstant().isAfter(now)) {
        violations.add(
            field,
            "holds a certificate (number %d) that begins at %s only"
                .formatted(i + 1, certificate.getNotBefore().toInstant()));
      }
      if (i > 0 && !issued(chain.get(i), chain.get(i - 1))) {
        violations.add(
            field,
            "is in no order: certificate %d must be the issuer of the one before it"
                .formatted(i + 1));
      }
    }
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
