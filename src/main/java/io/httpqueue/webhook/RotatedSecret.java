package io.httpqueue.webhook;

import io.httpqueue.signing.SigningSecret;
import java.time.Instant;
import java.util.Optional;

/**
 * A webhook's new secret, which is told this once.
 *
 * @param previousExpiresAt when the last of those before it ends to sign; empty where there was
 *     none
 */
public record RotatedSecret(SigningSecret secret, Optional<Instant> previousExpiresAt) {}
