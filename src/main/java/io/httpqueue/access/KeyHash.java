package io.httpqueue.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of an API key: what is stored and looked up in its place. A key has 256 random bits, so
 * that neither salt nor a slow hash would add anything. Comparing takes the same time wherever two
 * hashes differ; looking up by an index may not, but of that a caller would only learn about
 * hashes, and cannot choose a key by its hash.
 */
final class KeyHash {

  private final byte[] bytes;

  /**
   * @param bytes 32, not changed any more
   */
  KeyHash(byte[] bytes) {
    this.bytes = bytes;
  }

  static KeyHash of(String key) {
    try {
      return new KeyHash(MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyHash hash && MessageDigest.isEqual(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** Hashes are no secrets, but nobody needs them in a log. */
  @Override
  public String toString() {
    return "KeyHash";
  }
}
