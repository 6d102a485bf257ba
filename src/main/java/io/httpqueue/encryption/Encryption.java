package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts and decrypts single values by AES-256-GCM (NIST SP 800-38D), each with a random nonce.
 * Thread-safe.
 *
 * <p>An encrypted value is the byte 1, the length of the key's name in a byte, that name, 12 bytes
 * of nonce, and the ciphertext with its tag of 16 bytes. What stands before the nonce is bound to
 * it, too.
 */
public final class Encryption {

  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final KeyRing keys;
  private final SecureRandom random;

  public Encryption(KeyRing keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  /** Encrypts under the first key of the ring. */
  public byte[] encrypt(AssociatedData place, byte[] value) {
    EncryptionKey key = keys.current();
    byte[] head = head(key.name());
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, head, place);
      return ByteBuffer.allocate(head.length + NONCE_BYTES + value.length + TAG_BYTES)
          .put(head)
          .put(nonce)
          .put(cipher.doFinal(value))
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  /**
   * Decrypts what was encrypted for the same place.
   *
   * @throws DecryptionException if it was changed or encrypted for another place, or its key is not
   *     in the ring
   */
  public byte[] decrypt(AssociatedData place, byte[] encrypted) {
    if (encrypted.length < 2
        || encrypted[0] != VERSION
        || encrypted.length < 2 + encrypted[1] + NONCE_BYTES + TAG_BYTES
        || encrypted[1] < 1) {
      throw DecryptionException.notEncrypted(place);
    }
    String name = new String(encrypted, 2, encrypted[1], US_ASCII);
    EncryptionKey key =
        keys.find(name).orElseThrow(() -> DecryptionException.missingKey(place, shown(name)));
    ByteBuffer rest = ByteBuffer.wrap(encrypted);
    byte[] head = take(rest, 2 + encrypted[1]);
    byte[] nonce = take(rest, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, head, place)
          .doFinal(take(rest, rest.remaining()));
    } catch (AEADBadTagException e) {
      throw DecryptionException.refused(place, name);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  KeyRing ring() {
    return keys;
  }

  /** The name of the key that encrypts. */
  String currentKey() {
    return keys.current().name();
  }

  /** The names of the keys that decrypt. */
  Set<String> keys() {
    return keys.names();
  }

  /** A name that stands in a damaged value may be anything. */
  private static String shown(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "?");
  }

  private static byte[] head(String name) {
    byte[] bytes = name.getBytes(US_ASCII);
    return ByteBuffer.allocate(2 + bytes.length)
        .put(VERSION)
        .put((byte) bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] take(ByteBuffer from, int count) {
    byte[] taken = new byte[count];
    from.get(taken);
    return taken;
  }

  private static Cipher cipher(
      int mode, EncryptionKey key, byte[] nonce, byte[] head, AssociatedData place)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(head);
    cipher.updateAAD(place.bytes());
    return cipher;
  }

  @Override
  public String toString() {
    return "Encryption[" + keys + ']';
  }
}
