package io.httpqueue.encryption;

import static io.httpqueue.encryption.AesGcm.NONCE_BYTES;
import static io.httpqueue.encryption.AesGcm.TAG_BYTES;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Set;

/**
 * Encrypts and decrypts single values by AES-256-GCM (NIST SP 800-38D), each with a random nonce.
 * Thread-safe.
 *
 * <p>An encrypted value is the byte 1, the length of the key's name in a byte, that name, 12 bytes
 * of nonce, and the ciphertext with its tag of 16 bytes. What stands before the nonce is bound to
 * it, too.
 */
public final class Encryption {

  static final byte VERSION = 1;

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
    byte[] encrypted = new AesGcm(key.key()).encrypt(nonce, value, head, place.bytes());
    return ByteBuffer.allocate(head.length + NONCE_BYTES + encrypted.length)
        .put(head)
        .put(nonce)
        .put(encrypted)
        .array();
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
    return new AesGcm(key.key())
        .decrypt(nonce, take(rest, rest.remaining()), head, place.bytes())
        .orElseThrow(() -> DecryptionException.refused(place, name));
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

  /** What stands before what was encrypted: the form of it, and under which key. */
  static byte[] head(String name) {
    byte[] bytes = name.getBytes(US_ASCII);
    return ByteBuffer.allocate(2 + bytes.length)
        .put(VERSION)
        .put((byte) bytes.length)
        .put(bytes)
        .array();
  }

  static byte[] take(ByteBuffer from, int count) {
    byte[] taken = new byte[count];
    from.get(taken);
    return taken;
  }

  @Override
  public String toString() {
    return "Encryption[" + keys + ']';
  }
}
