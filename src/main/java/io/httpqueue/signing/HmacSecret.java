package io.httpqueue.signing;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, version {@code v1}. */
final class HmacSecret implements SigningSecret {

  static final String PREFIX = "whsec_";
  static final int GENERATED_BYTES = 32;

  private static final int FEWEST_BYTES = 24;
  private static final int MOST_BYTES = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key;

  /** Has the key; never used itself, so that any thread may copy it. */
  private final Mac prepared;

  HmacSecret(byte[] key) {
    if (key.length < FEWEST_BYTES || key.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a whsec_ secret has %d to %d bytes, not %d"
              .formatted(FEWEST_BYTES, MOST_BYTES, key.length));
    }
    this.key = key.clone();
    this.prepared = prepare();
  }

  private Mac prepare() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HMAC-SHA256 in this Java runtime", e);
    }
  }

  // A copy spares the search for a provider and the key's set-up. Not every provider can copy.
  private Mac mac() {
    try {
      return (Mac) prepared.clone();
    } catch (CloneNotSupportedException e) {
      return prepare();
    }
  }

  @Override
  public SigningScheme scheme() {
    return SigningScheme.HMAC_SHA256;
  }

  @Override
  public String reveal() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  @Override
  public Optional<String> publicKey() {
    return Optional.empty();
  }

  @Override
  public String sign(String messageId, long timestamp, byte[] body) {
    Mac mac = mac();
    mac.update(WebhookSignature.prefix(messageId, timestamp));
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
  }

  @Override
  public String toString() {
    return "whsec_(hidden)";
  }
}
