package io.httpqueue.encryption;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of the ring.
 *
 * @param name stored with each value; too short to be a key that was put in its place
 */
record EncryptionKey(String name, SecretKey key) {

  static final int BYTES = 32;
  static final int LONGEST_NAME = 32;

  private static final Pattern FORM =
      Pattern.compile("(?<name>[A-Za-z0-9._-]{1," + LONGEST_NAME + "}):(?<key>[A-Za-z0-9+/]{43}=)");

  /**
   * Reads {@code name:key}.
   *
   * @throws IllegalArgumentException if it has another form; the message does not hold the text
   */
  static EncryptionKey parse(String text, int number) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "has no key of the form name:key at place %d: the name 1 to 32 of letters, digits and . _ -,"
                  .formatted(number)
              + " the key 32 bytes in base64, as openssl rand -base64 32 prints");
    }
    return of(parts.group("name"), Base64.getDecoder().decode(parts.group("key")));
  }

  static EncryptionKey of(String name, byte[] bytes) {
    return new EncryptionKey(name, new SecretKeySpec(bytes, "AES"));
  }

  @Override
  public String toString() {
    return name + ":(hidden)";
  }
}
