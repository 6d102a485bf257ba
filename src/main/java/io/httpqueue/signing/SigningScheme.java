package io.httpqueue.signing;

/** How messages are signed. */
public enum SigningScheme {
  /** Version {@code v1}: both sides hold the secret. */
  HMAC_SHA256,
  /** Version {@code v1a}: the receiver holds the public key alone. */
  ED25519
}
