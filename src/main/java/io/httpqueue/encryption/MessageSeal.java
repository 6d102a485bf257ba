package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals messages between the servers of one database: nobody without their keys can read or make
 * one. Whoever may connect to the database may listen and notify there.
 *
 * <p>AES-256-GCM (NIST SP 800-38D) under a key of each process alone, which is derived from the
 * first key of the ring and a random salt (HKDF with SHA-256, RFC 5869). Its nonces count, so that
 * there may be any number of messages.
 *
 * <p>A sealed message is the byte 1, the length of the key's name in a byte, that name, 16 bytes of
 * salt, 12 of nonce, and the ciphertext with its tag of 16 bytes. What stands before the nonce is
 * bound to it, and so is the topic. The same message may come twice. Thread-safe.
 */
public final class MessageSeal {

  /** Bytes that a sealed message has more than what was sealed, at most. */
  public static final int MOST_OVERHEAD = 2 + EncryptionKey.LONGEST_NAME + 16 + 12 + 16;

  private static final byte VERSION = 1;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final byte[] PURPOSE = "httpqueue messages between servers".getBytes(US_ASCII);

  private final KeyRing keys;

  /** Of this process: the version, the name of its key, and the salt. */
  private final byte[] head;

  private final SecretKey key;
  private final AtomicLong sealed = new AtomicLong();

  /** Keys of processes by what their messages begin with. */
  private final Cache<ByteBuffer, SecretKey> known =
      CacheBuilder.newBuilder().maximumSize(64).build();

  MessageSeal(KeyRing keys, SecureRandom random) {
    this.keys = keys;
    EncryptionKey current = keys.current();
    byte[] name = current.name().getBytes(US_ASCII);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    this.head =
        ByteBuffer.allocate(2 + name.length + SALT_BYTES)
            .put(VERSION)
            .put((byte) name.length)
            .put(name)
            .put(salt)
            .array();
    this.key = derive(current, salt);
  }

  /** Seals a message of that topic. */
  public byte[] seal(String topic, byte[] message) {
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(sealed.getAndIncrement()).array();
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, key, nonce, head, topic).doFinal(message);
      return ByteBuffer.allocate(head.length + NONCE_BYTES + encrypted.length)
          .put(head)
          .put(nonce)
          .put(encrypted)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  /** What was sealed under that topic; empty unless who sealed it has a key of the ring. */
  public Optional<byte[]> open(String topic, byte[] message) {
    if (message.length < 2 || message[0] != VERSION || message[1] < 1) {
      return Optional.empty();
    }
    int headLength = 2 + message[1] + SALT_BYTES;
    if (message.length < headLength + NONCE_BYTES + TAG_BYTES) {
      return Optional.empty();
    }
    ByteBuffer rest = ByteBuffer.wrap(message);
    byte[] itsHead = take(rest, headLength);
    byte[] nonce = take(rest, NONCE_BYTES);
    byte[] encrypted = take(rest, rest.remaining());
    SecretKey its = keyOf(itsHead);
    Optional<byte[]> opened =
        its == null ? Optional.empty() : decrypted(its, nonce, itsHead, topic, encrypted);
    if (its != null && opened.isPresent()) {
      // Only then: of processes that somebody makes up there may be any number.
      known.put(ByteBuffer.wrap(itsHead), its);
    }
    return opened;
  }

  private static Optional<byte[]> decrypted(
      SecretKey key, byte[] nonce, byte[] head, String topic, byte[] encrypted) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, head, topic).doFinal(encrypted));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-256-GCM in this Java runtime", e);
    }
  }

  private @Nullable SecretKey keyOf(byte[] itsHead) {
    SecretKey its = known.getIfPresent(ByteBuffer.wrap(itsHead));
    if (its != null) {
      return its;
    }
    String name = new String(itsHead, 2, itsHead[1], US_ASCII);
    ByteBuffer salt = ByteBuffer.wrap(itsHead, 2 + itsHead[1], SALT_BYTES);
    return keys.findTrusted(name).map(found -> derive(found, take(salt, SALT_BYTES))).orElse(null);
  }

  private static SecretKey derive(EncryptionKey from, byte[] salt) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES",
              HKDFParameterSpec.ofExtract()
                  .addIKM(from.key())
                  .addSalt(salt)
                  .thenExpand(PURPOSE, EncryptionKey.BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HKDF-SHA256 in this Java runtime", e);
    }
  }

  private static byte[] take(ByteBuffer from, int count) {
    byte[] taken = new byte[count];
    from.get(taken);
    return taken;
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] head, String topic)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(head);
    cipher.updateAAD(topic.getBytes(UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "MessageSeal[" + keys + ']';
  }
}
