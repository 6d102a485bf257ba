package io.httpqueue.webhook;

import io.httpqueue.signing.SigningSecret;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret that signs.
 *
 * @param endsAtNanos on the clock of {@link System#nanoTime()}; null for the newest
 */
record LiveSecret(UUID id, SigningSecret secret, @Nullable Long endsAtNanos) {

  boolean signs() {
    return endsAtNanos == null || endsAtNanos - System.nanoTime() > 0;
  }
}
