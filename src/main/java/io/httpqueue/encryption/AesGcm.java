package io.httpqueue.encryption;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) under one key.
 *
 * @param key no nonce may be used with it twice
 */
record AesGcm(SecretKey key) {

  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  /** The ciphertext and its tag, to which the associated data is bound. */
  byte[] encrypt(byte[] nonce, byte[] value, byte[]... associated) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, nonce, associated).doFinal(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  /** What was encrypted; empty if that, or what is bound to it, was changed. */
  Optional<byte[]> decrypt(byte[] nonce, byte[] encrypted, byte[]... associated) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, nonce, associated).doFinal(encrypted));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[]... associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    for (byte[] data : associated) {
      cipher.updateAAD(data);
    }
    return cipher;
  }

  @Override
  public String toString() {
    return "AesGcm[(hidden)]";
  }
}
