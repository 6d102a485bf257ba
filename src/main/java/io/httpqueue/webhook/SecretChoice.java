package io.httpqueue.webhook;

import io.httpqueue.signing.SigningScheme;
import io.httpqueue.signing.SigningSecret;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants a webhook's requests signed with.
 *
 * @param secret the caller's own; null has one made
 * @param scheme null leaves it to the secret, or where there is none, to what the webhook had;
 *     HMAC-SHA256 at first
 */
public record SecretChoice(@Nullable SigningSecret secret, @Nullable SigningScheme scheme) {

  /** One is made, of the usual kind. */
  public static final SecretChoice DEFAULT = new SecretChoice(null, null);

  public SecretChoice {
    if (secret != null && scheme != null && secret.scheme() != scheme) {
      throw new IllegalArgumentException("the secret is not one for " + scheme);
    }
  }
}
