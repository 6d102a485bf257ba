package io.httpqueue.access;

import org.jspecify.annotations.Nullable;

/** Tells whose key it is that a caller shows. Thread-safe. */
public final class Authentication {

  private final AuthenticationMode mode;
  private final ConfirmedKeys keys;

  Authentication(AuthenticationMode mode, ConfirmedKeys keys) {
    this.mode = mode;
    this.keys = keys;
  }

  /** Whether callers must show a key. */
  public boolean isRequired() {
    return mode == AuthenticationMode.REQUIRED;
  }

  /** Whether {@link #authenticate} has its answer for this text in memory. */
  public boolean isKnown(@Nullable String text) {
    return text == null || !KeyText.isWellFormed(text) || keys.isKnown(KeyHash.of(text));
  }

  /**
   * The key that is known by this text.
   *
   * @param text as the caller sent it; null if there was none
   * @throws UnauthenticatedException if there is none, or none that may be used
   * @throws org.springframework.dao.DataAccessException if that cannot be found out
   */
  public ApiKey authenticate(@Nullable String text) {
    if (text == null) {
      throw UnauthenticatedException.withoutKey();
    }
    if (!KeyText.isWellFormed(text)) {
      throw UnauthenticatedException.withBadKey();
    }
    return keys.find(KeyHash.of(text)).orElseThrow(UnauthenticatedException::withBadKey);
  }
}
