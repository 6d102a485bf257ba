package io.httpqueue.webhook;

import io.httpqueue.signing.SigningScheme;
import java.util.List;
import java.util.Optional;

/**
 * What everybody may know of how a webhook's requests are signed.
 *
 * @param scheme of the newest secret; empty where its requests are not signed
 * @param publicKeys of all secrets that sign, as far as they have one; the newest first
 */
public record PublicSigning(Optional<SigningScheme> scheme, List<String> publicKeys) {

  /** Requests are not signed. */
  public static final PublicSigning NONE = new PublicSigning(Optional.empty(), List.of());

  public PublicSigning {
    publicKeys = List.copyOf(publicKeys);
  }
}
