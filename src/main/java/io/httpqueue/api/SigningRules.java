package io.httpqueue.api;

import io.httpqueue.signing.SigningScheme;
import io.httpqueue.signing.SigningSecret;
import io.httpqueue.webhook.SecretChoice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a webhook's requests may be signed with. No violation holds the secret. */
final class SigningRules {

  private static final String SCHEME = "signing_scheme";

  private SigningRules() {}

  /** Reads both fields; what is wrong is added to the violations, and left out of the choice. */
  static SecretChoice read(
      String secret, io.httpqueue.api.v1.SigningScheme scheme, Violations violations) {
    SigningSecret given = secret(secret, violations);
    SigningScheme wanted = scheme(scheme, violations);
    if (given != null && wanted != null && given.scheme() != wanted) {
      violations.add(
          SCHEME,
          "is %s, but the secret is one for %s: leave one of the two out"
              .formatted(scheme, given.scheme()));
      return SecretChoice.DEFAULT;
    }
    return new SecretChoice(given, wanted);
  }

  private static @Nullable SigningSecret secret(String secret, Violations violations) {
    if (secret.isEmpty()) {
      return null;
    }
    try {
      return SigningSecret.parse(secret);
    } catch (IllegalArgumentException e) {
      violations.add("secret", "is not allowed: " + e.getMessage());
      return null;
    }
  }

  private static @Nullable SigningScheme scheme(
      io.httpqueue.api.v1.SigningScheme scheme, Violations violations) {
    return switch (scheme) {
      case SIGNING_SCHEME_UNSPECIFIED -> null;
      case SIGNING_SCHEME_HMAC_SHA256 -> SigningScheme.HMAC_SHA256;
      case SIGNING_SCHEME_ED25519 -> SigningScheme.ED25519;
      case UNRECOGNIZED -> {
        violations.add(
            SCHEME,
            "has an unknown number, must be SIGNING_SCHEME_HMAC_SHA256, SIGNING_SCHEME_ED25519, or"
                + " not set");
        yield null;
      }
    };
  }

  static io.httpqueue.api.v1.SigningScheme message(Optional<SigningScheme> scheme) {
    if (scheme.isEmpty()) {
      return io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_UNSPECIFIED;
    }
    return switch (scheme.get()) {
      case HMAC_SHA256 -> io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_HMAC_SHA256;
      case ED25519 -> io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_ED25519;
    };
  }
}
