package io.httpqueue.encryption;

/** The server must not start with the keys that it was given. The message holds names only. */
public final class EncryptionKeysException extends RuntimeException {

  private static final long serialVersionUID = 1;

  EncryptionKeysException(String message) {
    super(message);
  }
}
