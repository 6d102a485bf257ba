package io.httpqueue.signing;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * What a webhook's requests are signed with. Its text form is a secret and comes out of {@link
 * #reveal()} only. Immutable and thread-safe. Source: Standard Webhooks 1.0, "Signature scheme".
 */
public sealed interface SigningSecret permits HmacSecret, Ed25519Secret {

  /** A new secret for the scheme. */
  static SigningSecret generate(SigningScheme scheme, SecureRandom random) {
    return switch (scheme) {
      case HMAC_SHA256 -> generateHmac(random);
      case ED25519 -> generateEd25519(random);
    };
  }

  /** Thirty-two random bytes for HMAC-SHA256, shared with the receiver. */
  static SigningSecret generateHmac(SecureRandom random) {
    byte[] key = new byte[HmacSecret.GENERATED_BYTES];
    random.nextBytes(key);
    return new HmacSecret(key);
  }

  /** An Ed25519 key pair, of which the receiver gets the public key. */
  static SigningSecret generateEd25519(SecureRandom random) {
    byte[] seed = new byte[Ed25519Secret.SEED_BYTES];
    random.nextBytes(seed);
    return new Ed25519Secret(seed);
  }

  /**
   * Reads a text form: {@code whsec_} and 24 to 64 bytes for HMAC-SHA256, or {@code whsk_} and the
   * 32 bytes of an Ed25519 private key; bytes in base64 with padding.
   *
   * @throws IllegalArgumentException if it is neither; the message says what is allowed, and does
   *     not hold the text
   */
  static SigningSecret parse(String text) {
    if (text.startsWith(HmacSecret.PREFIX)) {
      return new HmacSecret(bytes(text, HmacSecret.PREFIX));
    }
    if (text.startsWith(Ed25519Secret.PREFIX)) {
      return new Ed25519Secret(bytes(text, Ed25519Secret.PREFIX));
    }
    throw new IllegalArgumentException("a secret begins with whsec_ or whsk_");
  }

  private static byte[] bytes(String text, String prefix) {
    String encoded = text.substring(prefix.length());
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      // Receivers' libraries differ in what else they take for base64.
      if (Base64.getEncoder().encodeToString(bytes).equals(encoded)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below: the decoder's message holds a part of the text.
    }
    throw new IllegalArgumentException("after " + prefix + " a secret is base64 with padding");
  }

  /** How it signs. */
  SigningScheme scheme();

  /** The text form, which {@link #parse} reads. */
  String reveal();

  /** {@code whpk_…}, what the receiver verifies with; empty for HMAC, where it is the secret. */
  Optional<String> publicKey();

  /**
   * Signs one message.
   *
   * @param messageId the value of {@code webhook-id}; has no dot
   * @param timestamp seconds since 1970, the value of {@code webhook-timestamp}
   * @param body as it is sent
   * @return the scheme's version, a comma and the signature in base64
   */
  String sign(String messageId, long timestamp, byte[] body);
}
