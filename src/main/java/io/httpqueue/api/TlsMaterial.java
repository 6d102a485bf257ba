package io.httpqueue.api;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the TLS files hold.
 *
 * @param certificates the server's own first
 * @param clientAuthorities empty if clients show no certificate
 */
record TlsMaterial(
    List<X509Certificate> certificates, PrivateKey key, List<X509Certificate> clientAuthorities) {

  private static final byte[] SAMPLE = {1, 2, 3};

  /** The bytes of the files, to tell whether they have changed. */
  record Content(byte[] certificates, byte[] key, byte @Nullable [] clientAuthorities) {

    /**
     * @throws TlsFileException if one cannot be read
     */
    static Content read(TlsSettings settings) {
      PemFile clientCa = settings.clientCa();
      return new Content(
          Objects.requireNonNull(settings.cert()).read(),
          Objects.requireNonNull(settings.key()).read(),
          clientCa == null ? null : clientCa.read());
    }

    boolean isSameAs(@Nullable Content other) {
      return other != null
          && Arrays.equals(certificates, other.certificates)
          && Arrays.equals(key, other.key)
          && Arrays.equals(clientAuthorities, other.clientAuthorities);
    }
  }

  /**
   * @throws TlsFileException if a file holds not what it should, or certificate and key do not
   *     belong together
   */
  static TlsMaterial parse(TlsSettings settings, Content content) {
    PemFile cert = Objects.requireNonNull(settings.cert());
    PemFile keyFile = Objects.requireNonNull(settings.key());
    List<X509Certificate> certificates = cert.certificates(content.certificates());
    PrivateKey key = keyFile.privateKey(content.key());
    if (!belongTogether(certificates.getFirst().getPublicKey(), key)) {
      throw new TlsFileException(
          "the key in %s is not that of the certificate in %s"
              .formatted(keyFile.path(), cert.path()));
    }
    PemFile clientCa = settings.clientCa();
    byte[] authorities = content.clientAuthorities();
    return new TlsMaterial(
        certificates,
        key,
        clientCa == null || authorities == null ? List.of() : clientCa.certificates(authorities));
  }

  private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** For people. */
  String description() {
    X509Certificate own = certificates.getFirst();
    return "%s, valid until %s"
        .formatted(own.getSubjectX500Principal().getName(), own.getNotAfter().toInstant());
  }
}
