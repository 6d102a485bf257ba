package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.primitives.Bytes;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PayloadRulesTest {

  private static final String SPACE = "[\\x20\\x09\\x0d\\x0a]*";
  private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][0-9]+)?";

  /** All JSON values that have at most three bytes, and some longer ones. */
  private static final Pattern SHORT_VALUE =
      Pattern.compile(
          "%s(\\{%s}|\\[%s([0-9])?]|\"[^\\x00-\\x1f\"\\\\\\x80-\\xff]*\"|%s)%s"
              .formatted(SPACE, SPACE, SPACE, NUMBER, SPACE));

  private static final List<byte[]> ALL =
      IntStream.range(0, 256).mapToObj(i -> new byte[] {(byte) i}).toList();
  private static final List<byte[]> TELLING =
      "{}[]:,\"\\/'+-.019eEtfnau \t\r\n\0\u0001\u007f\u0080\u00bf\u00c3\u00e2\u00ef\u00f0\u00fe\u00ff"
          .chars()
          .mapToObj(i -> new byte[] {(byte) i})
          .toList();

  private final PayloadRules rules = new PayloadRules();

  private boolean allowed(byte[] payload) {
    Violations violations = new Violations();
    rules.check("payload", payload, violations);
    return violations.isEmpty();
  }

  @Test
  void everyPayloadOfOneToThreeBytesIsAllowedOrRefused() {
    for (byte[] first : ALL) {
      check(first);
      for (byte[] second : ALL) {
        check(Bytes.concat(first, second));
      }
    }
    // Of three bytes, those of which JSON knows something, and some of each other kind.
    for (byte[] first : TELLING) {
      for (byte[] second : TELLING) {
        for (byte[] third : TELLING) {
          check(Bytes.concat(first, second, third));
        }
      }
    }
  }

  private void check(byte[] payload) {
    String text = new String(payload, ISO_8859_1);
    if (allowed(payload) != SHORT_VALUE.matcher(text).matches()) {
      fail("%s: allowed is %s".formatted(HexFormat.of().formatHex(payload), allowed(payload)));
    }
  }

  @Test
  void anotherEncodingThanUtf8IsRefused() {
    for (Charset charset : new Charset[] {UTF_16, UTF_16LE, Charset.forName("UTF-32")}) {
      assertThat(allowed("{\"a\": 1}".getBytes(charset))).as(charset.name()).isFalse();
    }
    assertThat(allowed("\uFEFF{}".getBytes(UTF_8))).isFalse();
    assertThat(allowed("\"ü\"".getBytes(ISO_8859_1))).isFalse();
    assertThat(allowed("\"ü\"".getBytes(UTF_8))).isTrue();
  }
}
