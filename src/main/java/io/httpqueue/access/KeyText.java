package io.httpqueue.access;

import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** How a key is written: {@code hq_} and 32 random bytes in base64 for URLs. */
final class KeyText {

  private static final String PREFIX = "hq_";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

  private KeyText() {}

  /**
   * @param random a secure one
   */
  static String next(RandomGenerator random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }
}
