package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyExcerptTest {

  private static final int KEPT = 4_096;

  @Test
  void isEmptyWithoutABody() throws IOException {
    assertThat(BodyExcerpt.of(null)).isEqualTo(new BodyExcerpt("", true));
    assertThat(excerpt("", null)).isEqualTo("");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4_095, 4_096, 4_097, 65_535, 65_537, 1_000_000})
  void keepsTheFirstFourKibibytes(int length) throws IOException {
    BodyExcerpt excerpt = excerpt("x".repeat(length).getBytes(StandardCharsets.UTF_8), null);

    assertThat(excerpt.text()).isEqualTo("x".repeat(Math.min(length, KEPT)));
    assertThat(excerpt.whole()).isEqualTo(length < 65_536);
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "語", "🦆"})
  void cutsBetweenCharacters(String character) throws IOException {
    for (int before = KEPT - 4; before <= KEPT; before++) {
      String text = "x".repeat(before) + character + "y".repeat(10);
      int size = character.getBytes(StandardCharsets.UTF_8).length;
      String kept =
          before + size <= KEPT
              ? text.substring(0, before + character.length()) + "y".repeat(KEPT - before - size)
              : "x".repeat(before);

      assertThat(excerpt(text, null)).isEqualTo(kept);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain; charset=ISO-8859-1, ISO-8859-1",
    "text/plain; charset=windows-1252, windows-1252",
    "text/plain; charset=UTF-16, UTF-16",
    "text/plain; charset=Shift_JIS, Shift_JIS",
    "text/plain; charset=utf-8, UTF-8",
    "text/plain; charset=\"utf-8\", UTF-8",
    "text/plain; charset=no-such-set, UTF-8",
    "text/plain; charset=, UTF-8",
    "text/plain; charset=?!, UTF-8",
    "'/;;=', UTF-8",
    "'', UTF-8",
    ", UTF-8"
  })
  void readsTheCharsetOfTheContentType(@Nullable String type, String charset) throws IOException {
    byte[] body = "1 £".getBytes(Charset.forName(charset));

    assertThat(excerpt(body, type).text()).isEqualTo(new String(body, Charset.forName(charset)));
  }

  @Test
  void leavesNulOut() throws IOException {
    assertThat(excerpt("a\0b\0\0c", null)).isEqualTo("abc");
    assertThat(excerpt("a\0".repeat(5_000), null)).isEqualTo("a".repeat(KEPT / 2));
  }

  @Test
  void replacesWhatIsMalformed() throws IOException {
    byte[] malformed = {'a', (byte) 0xff, 'b', (byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) 0xc3};

    assertThat(excerpt(malformed, null).text()).matches("a\ufffdb\ufffd+");
  }

  private static String excerpt(String text, @Nullable String type) throws IOException {
    return excerpt(text.getBytes(StandardCharsets.UTF_8), type).text();
  }

  private static BodyExcerpt excerpt(byte[] body, @Nullable String type) throws IOException {
    BodyExcerpt known = BodyExcerpt.of(new ByteArrayInputStream(body), body.length, type);
    assertThat(BodyExcerpt.of(new ByteArrayInputStream(body), -1, type)).isEqualTo(known);
    return known;
  }
}
