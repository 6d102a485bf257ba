package io.httpqueue.encryption;

/**
 * A value does not decrypt. The message says where it stands and names its key; it holds neither.
 */
public final class DecryptionException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private DecryptionException(String message) {
    super(message);
  }

  static DecryptionException missingKey(AssociatedData place, String key) {
    return new DecryptionException(
        "%s is encrypted under the key %s, which HTTPQUEUE_ENCRYPTION_KEYS does not have"
            .formatted(place, key));
  }

  static DecryptionException refused(AssociatedData place, String key) {
    return new DecryptionException(
        "%s does not decrypt: the key %s is another one than it was, or the value was changed"
            .formatted(place, key));
  }

  static DecryptionException notEncrypted(AssociatedData place) {
    return new DecryptionException(place + " is not in the form of an encrypted value");
  }
}
