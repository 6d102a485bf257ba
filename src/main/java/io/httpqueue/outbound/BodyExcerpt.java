package io.httpqueue.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * The start of an answer's body.
 *
 * @param text at most 4 KiB of the body, without NUL characters
 * @param whole whether the body was read to its end
 */
record BodyExcerpt(String text, boolean whole) {

  private static final int KEPT = 4 * 1024;
  private static final int READ = 64 * 1024;
  private static final BodyExcerpt EMPTY = new BodyExcerpt("", true);

  /** Reads the body to its end, or 64 KiB of it where there is more. */
  static BodyExcerpt of(@Nullable HttpEntity entity) throws IOException {
    if (entity == null || entity.getContentLength() == 0) {
      return EMPTY;
    }
    try {
      return of(entity.getContent(), entity.getContentLength(), entity.getContentType());
    } catch (IllegalStateException e) {
      throw new IOException(e);
    }
  }

  /**
   * Reads a stream, and leaves it open: to close it would read the rest.
   *
   * @param length negative if unknown
   */
  static BodyExcerpt of(InputStream content, long length, @Nullable String contentType)
      throws IOException {
    byte[] kept = new byte[length > 0 ? (int) Math.min(length, KEPT) : KEPT];
    int count = content.readNBytes(kept, 0, kept.length);
    boolean whole = count < kept.length || content.read() < 0;
    boolean cut = !whole;
    if (!whole) {
      whole = endsWithin(content, READ - KEPT - 1);
    }
    return new BodyExcerpt(decode(kept, count, cut, charset(contentType)), whole);
  }

  private static boolean endsWithin(InputStream content, int limit) throws IOException {
    byte[] dropped = new byte[KEPT];
    int left = limit;
    while (left > 0) {
      int count = content.read(dropped, 0, Math.min(left, dropped.length));
      if (count < 0) {
        return true;
      }
      left -= count;
    }
    return false;
  }

  // A character that was cut in two at the end of what is kept is left out, any other malformed
  // one replaced.
  private static String decode(byte[] bytes, int count, boolean cut, Charset charset) {
    if (!cut && charset.equals(StandardCharsets.UTF_8)) {
      return withoutNul(new String(bytes, 0, count, charset));
    }
    CharBuffer text = CharBuffer.allocate(KEPT);
    charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE)
        .decode(ByteBuffer.wrap(bytes, 0, count), text, !cut);
    return withoutNul(text.flip().toString());
  }

  private static String withoutNul(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
  }

  private static Charset charset(@Nullable String contentType) {
    if (contentType == null) {
      return StandardCharsets.UTF_8;
    }
    ContentType type = ContentType.parseLenient(contentType);
    Charset named = type == null ? null : type.getCharset();
    return named == null ? StandardCharsets.UTF_8 : named;
  }
}
