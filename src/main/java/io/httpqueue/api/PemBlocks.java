package io.httpqueue.api;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text form of certificates and keys (RFC 7468). What stands between blocks is left. */
final class PemBlocks {

  // Possessive, so that a text without an end is not read again and again.
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40}+)-----([^-]*+)-----END ([A-Z0-9 ]{1,40}+)-----");

  private PemBlocks() {}

  /**
   * A block.
   *
   * @param type as in CERTIFICATE
   */
  record Block(String type, byte[] content) {}

  /**
   * The blocks of a text, in their order.
   *
   * @throws IllegalArgumentException if one is not closed by its own type, or not base64; the
   *     message holds nothing of the text
   */
  static List<Block> of(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (!matcher.group(1).equals(matcher.group(3))) {
        throw new IllegalArgumentException("has a block that another type closes");
      }
      blocks.add(new Block(matcher.group(1), decoded(matcher.group(2))));
    }
    return blocks;
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("[ \t\r\n]+", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has a block that is not base64");
    }
  }
}
