package io.httpqueue.signing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Ed25519, version {@code v1a}. */
final class Ed25519Secret implements SigningSecret {

  static final String PREFIX = "whsk_";
  static final int SEED_BYTES = 32;

  private static final String PUBLIC_PREFIX = "whpk_";
  private static final String ALGORITHM = "Ed25519";

  private final byte[] seed;
  private final KeyPair keys;

  Ed25519Secret(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "a whsk_ secret has %d bytes, not %d".formatted(SEED_BYTES, seed.length));
    }
    this.seed = seed.clone();
    this.keys = keysOf(seed);
  }

  // Java derives a public key only where it makes the pair, so it is given the seed as its random
  // bytes. That it took them is checked.
  private static KeyPair keysOf(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(SEED_BYTES * Byte.SIZE - 1, new Chosen(seed));
      KeyPair keys = generator.generateKeyPair();
      if (keys.getPrivate() instanceof EdECPrivateKey made
          && Arrays.equals(made.getBytes().orElseThrow(), seed)) {
        return keys;
      }
      throw new IllegalStateException("this Java runtime makes Ed25519 keys in another way");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no Ed25519 in this Java runtime", e);
    }
  }

  @Override
  public SigningScheme scheme() {
    return SigningScheme.ED25519;
  }

  @Override
  public String reveal() {
    return PREFIX + Base64.getEncoder().encodeToString(seed);
  }

  @Override
  public Optional<String> publicKey() {
    // The key itself ends its encoding (RFC 8410).
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - SEED_BYTES, encoded.length);
    return Optional.of(PUBLIC_PREFIX + Base64.getEncoder().encodeToString(key));
  }

  @Override
  public String sign(String messageId, long timestamp, byte[] body) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(WebhookSignature.prefix(messageId, timestamp));
      signature.update(body);
      return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no Ed25519 in this Java runtime", e);
    }
  }

  @Override
  public String toString() {
    return "whsk_(hidden)";
  }

  /** Hands out given bytes as if they were random. */
  private static final class Chosen extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final byte[] bytes;

    Chosen(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }
}
