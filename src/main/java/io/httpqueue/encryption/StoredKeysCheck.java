package io.httpqueue.encryption;

import java.util.List;
import java.util.StringJoiner;

/** Finds out whether all that is encrypted in the database can be decrypted. */
public final class StoredKeysCheck {

  private final Encryption encryption;
  private final List<EncryptedColumn> columns;

  public StoredKeysCheck(Encryption encryption, List<EncryptedColumn> columns) {
    this.encryption = encryption;
    this.columns = List.copyOf(columns);
  }

  /**
   * Does it; at a start, before there is a service.
   *
   * @throws EncryptionKeysException if a key is missing, or is another than it was
   */
  public void check() {
    StringJoiner problems = new StringJoiner("; ");
    for (EncryptedColumn column : columns) {
      for (String key : column.keysInUse()) {
        if (!encryption.keys().contains(key)) {
          problems.add(
              "the database holds values of %s under the encryption key %s, which HTTPQUEUE_ENCRYPTION_KEYS does not have"
                  .formatted(column, key));
        } else if (!column.isDecryptedBy(key)) {
          problems.add(
              "the encryption key %s of HTTPQUEUE_ENCRYPTION_KEYS is not the one of that name that values of %s in the database were encrypted with"
                  .formatted(key, column));
        }
      }
    }
    if (problems.length() > 0) {
      throw new EncryptionKeysException(problems.toString());
    }
  }
}
