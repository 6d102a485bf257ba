package io.httpqueue.access;

/** It is not known who calls. Says as little about the key as the caller knew before. */
public final class UnauthenticatedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private UnauthenticatedException(String message) {
    super(message, null, false, false);
  }

  static UnauthenticatedException withoutKey() {
    return new UnauthenticatedException(
        "this call needs an API key, sent as metadata: authorization: Bearer hq_...");
  }

  /** Malformed, never made, revoked or expired: not told apart. */
  static UnauthenticatedException withBadKey() {
    return new UnauthenticatedException("the API key is not valid");
  }
}
