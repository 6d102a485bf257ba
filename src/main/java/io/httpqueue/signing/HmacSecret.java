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

  HmacSecret(byte[] key) {
    if (key.length < FEWEST_BYTES || key.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a whsec_ secret has %d to %d bytes, not %d"
              .formatted(FEWEST_BYTES, MOST_BYTES, key.length));
    }
    this.key = key.clone();
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
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(WebhookSignature.prefix(messageId, timestamp));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HMAC-SHA256 in this Java runtime", e);
    }
  }

  @Override
  public String toString() {
    return "whsec_(hidden)";
  }
}
