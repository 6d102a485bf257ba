package io.httpqueue.encryption;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** Keys that differ by a number. */
final class Keys {

  private Keys() {}

  /** As in the setting. */
  static String named(String name, int number) {
    return name + ':' + base64(number);
  }

  static String base64(int number) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) number);
    return Base64.getEncoder().encodeToString(key);
  }

  static Encryption encryption(String... keys) {
    KeyRing ring = Objects.requireNonNull(KeyRing.from(String.join(",", keys)));
    return new Encryption(ring, new SecureRandom());
  }
}
