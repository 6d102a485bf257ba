package io.httpqueue.api;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a page ended: the last id or name on it, and a digest of the question, so that a token of
 * one question is not taken for another. It is opaque to clients and holds no secret.
 */
final class PageToken {

  private static final int DIGEST_BYTES = 8;
  private static final int BYTES = 2 * Long.BYTES + DIGEST_BYTES;

  private final byte[] digest;

  /**
   * @param question everything that decides what is on the pages, in a fixed order
   */
  PageToken(String... question) {
    MessageDigest sha256 = sha256();
    for (String part : question) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      sha256.update(bytes);
    }
    this.digest = Arrays.copyOf(sha256.digest(), DIGEST_BYTES);
  }

  /** The token of the page after the one that ended with this id. */
  String after(UUID last) {
    byte[] token =
        ByteBuffer.allocate(BYTES)
            .putLong(last.getMostSignificantBits())
            .putLong(last.getLeastSignificantBits())
            .put(digest)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The id that a token holds; empty for an empty one, a violation for a foreign one. */
  Optional<UUID> read(String token, Violations violations) {
    return read("page_token", "next_page_token", token, violations);
  }

  /**
   * The same for another field.
   *
   * @param source the field that its value came in
   */
  Optional<UUID> read(String field, String source, String token, Violations violations) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      UUID last = new UUID(bytes.getLong(), bytes.getLong());
      if (bytes.equals(ByteBuffer.wrap(digest))) {
        return Optional.of(last);
      }
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      // Told below, like a token of another question.
    }
    addViolation(field, source, violations);
    return Optional.empty();
  }

  /** The token of the page after the one that ended with this name. */
  String after(String last) {
    byte[] name = last.getBytes(StandardCharsets.UTF_8);
    byte[] token = ByteBuffer.allocate(DIGEST_BYTES + name.length).put(digest).put(name).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The name that a token holds; empty for an empty one, a violation for a foreign one. */
  Optional<String> readName(String token, Violations violations) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > DIGEST_BYTES
          && Arrays.equals(bytes, 0, DIGEST_BYTES, digest, 0, DIGEST_BYTES)) {
        String name =
            new String(bytes, DIGEST_BYTES, bytes.length - DIGEST_BYTES, StandardCharsets.UTF_8);
        if (!RequestRules.hasNul(name)) {
          return Optional.of(name);
        }
      }
    } catch (IllegalArgumentException e) {
      // Told below, like a token of another question.
    }
    addViolation("page_token", "next_page_token", violations);
    return Optional.empty();
  }

  private static void addViolation(String field, String source, Violations violations) {
    violations.add(
        field,
        "must be the %s of an answer to the same request, with all other fields as they were"
            .formatted(source));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
