package io.httpqueue.encryption;

import static io.httpqueue.encryption.AesGcm.NONCE_BYTES;
import static io.httpqueue.encryption.AesGcm.TAG_BYTES;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

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

  private static final int SALT_BYTES = 16;

  /** Bytes that a sealed message has more than what was sealed, at most. */
  public static final int MOST_OVERHEAD =
      2 + EncryptionKey.LONGEST_NAME + SALT_BYTES + NONCE_BYTES + TAG_BYTES;

  private static final byte[] PURPOSE = "httpqueue messages between servers".getBytes(US_ASCII);

  private final KeyRing keys;

  /** Of this process: the version, the name of its key, and the salt. */
  private final byte[] head;

  private final AesGcm own;
  private final AtomicLong sealed = new AtomicLong();

  /** Keys of processes by what their messages begin with. */
  private final Cache<ByteBuffer, AesGcm> known = CacheBuilder.newBuilder().maximumSize(64).build();

  MessageSeal(KeyRing keys, SecureRandom random) {
    this.keys = keys;
    byte[] form = Encryption.head(keys.current().name());
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    this.head = ByteBuffer.allocate(form.length + SALT_BYTES).put(form).put(salt).array();
    this.own = derive(keys.current(), salt);
  }

  /** Seals a message of that topic. */
  public byte[] seal(String topic, byte[] message) {
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(sealed.getAndIncrement()).array();
    byte[] encrypted = own.encrypt(nonce, message, head, topic.getBytes(UTF_8));
    return ByteBuffer.allocate(head.length + NONCE_BYTES + encrypted.length)
        .put(head)
        .put(nonce)
        .put(encrypted)
        .array();
  }

  /** What was sealed under that topic; empty unless who sealed it has a key of the ring. */
  public Optional<byte[]> open(String topic, byte[] message) {
    if (message.length < 2 || message[0] != Encryption.VERSION || message[1] < 1) {
      return Optional.empty();
    }
    int headLength = 2 + message[1] + SALT_BYTES;
    if (message.length < headLength + NONCE_BYTES + TAG_BYTES) {
      return Optional.empty();
    }
    ByteBuffer rest = ByteBuffer.wrap(message);
    byte[] itsHead = Encryption.take(rest, headLength);
    byte[] nonce = Encryption.take(rest, NONCE_BYTES);
    byte[] encrypted = Encryption.take(rest, rest.remaining());
    byte[] bound = topic.getBytes(UTF_8);
    ByteBuffer process = ByteBuffer.wrap(itsHead);
    AesGcm its = known.getIfPresent(process);
    if (its != null) {
      return its.decrypt(nonce, encrypted, itsHead, bound);
    }
    Optional<AesGcm> derived = derive(itsHead);
    Optional<byte[]> opened =
        derived.flatMap(found -> found.decrypt(nonce, encrypted, itsHead, bound));
    if (opened.isPresent()) {
      // Only then: of processes that somebody makes up there may be any number.
      known.put(process, derived.orElseThrow());
    }
    return opened;
  }

  private Optional<AesGcm> derive(byte[] itsHead) {
    String name = new String(itsHead, 2, itsHead[1], US_ASCII);
    byte[] salt = Arrays.copyOfRange(itsHead, itsHead.length - SALT_BYTES, itsHead.length);
    return keys.findTrusted(name).map(key -> derive(key, salt));
  }

  private static AesGcm derive(EncryptionKey from, byte[] salt) {
    try {
      return new AesGcm(
          KDF.getInstance("HKDF-SHA256")
              .deriveKey(
                  "AES",
                  HKDFParameterSpec.ofExtract()
                      .addIKM(from.key())
                      .addSalt(salt)
                      .thenExpand(PURPOSE, EncryptionKey.BYTES)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HKDF-SHA256 in this Java runtime", e);
    }
  }

  @Override
  public String toString() {
    return "MessageSeal[" + keys + ']';
  }
}
