package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/** Which private keys a client certificate may have. No message holds anything of the key. */
final class PrivateKeyRules {

  private static final int MAX_LENGTH = 16 * 1024;
  // Java's TLS takes no shorter ones; longer ones take seconds for each handshake.
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final byte[] SAMPLE = "HTTPQueue".getBytes(US_ASCII);

  private PrivateKeyRules() {}

  /**
   * The key, if it is allowed; else a violation.
   *
   * @param chain with the certificate it must fit; empty if there is none to compare it with
   */
  static Optional<PrivateKey> parse(
      String field, String text, List<X509Certificate> chain, Violations violations) {
    if (text.isEmpty()) {
      violations.add(field, "is required: the key as PEM, PKCS #8, not encrypted");
      return Optional.empty();
    }
    if (text.length() > MAX_LENGTH) {
      violations.add(
          field, "has %d characters, must have at most 16384 (16 KiB)".formatted(text.length()));
      return Optional.empty();
    }
    try {
      byte[] key = content(PemBlocks.of(text));
      return chain.isEmpty() ? Optional.empty() : Optional.of(fitting(key, chain.getFirst()));
    } catch (IllegalArgumentException e) {
      violations.add(field, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static byte[] content(List<PemBlocks.Block> blocks) {
    if (blocks.size() != 1) {
      throw new IllegalArgumentException(
          "has %d PEM blocks, must have one: PRIVATE KEY".formatted(blocks.size()));
    }
    return switch (blocks.getFirst().type()) {
      case "PRIVATE KEY" -> blocks.getFirst().content();
      case "ENCRYPTED PRIVATE KEY" ->
          throw new IllegalArgumentException("is encrypted: must be a key without a password");
      case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
          throw new IllegalArgumentException(
              "is in an older form: must be PKCS #8, as openssl pkcs8 -topk8 -nocrypt makes it");
      default -> throw new IllegalArgumentException("must be a PEM block PRIVATE KEY");
    };
  }

  private static PrivateKey fitting(byte[] encoded, X509Certificate certificate) {
    PublicKey certified = certificate.getPublicKey();
    String algorithm = certified.getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw new IllegalArgumentException("and its certificate must be RSA or EC");
    }
    PrivateKey key;
    try {
      key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "is not a PKCS #8 key of the certificate's kind, " + algorithm);
    }
    checkSize(certified);
    checkSize(key);
    if (!fits(key, certified)) {
      throw new IllegalArgumentException("does not belong to the certificate");
    }
    return key;
  }

  private static void checkSize(Object key) {
    if (key instanceof RSAKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        throw new IllegalArgumentException(
            "has %d bits, an RSA key must have 2048 to 8192".formatted(bits));
      }
    }
  }

  private static boolean fits(PrivateKey key, PublicKey certified) {
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
