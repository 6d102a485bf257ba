package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.SendResult.Answered;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("1994-11-06T08:49:07Z");

  private static Answered answer(@Nullable String retryAfter, @Nullable String date) {
    return new Answered(503, retryAfter, date, "", Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "120, 120",
    "007, 7",
    "86400, 86400",
    "86401, 86400",
    "99999999999999999999, 86400"
  })
  void aNumberIsSecondsUpToADay(String value, long seconds) {
    assertThat(RetryAfter.of(answer(value, null), NOW)).hasValue(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        " Sun, 06 Nov 1994 08:49:37 GMT "
      })
  void aDateIsReadInAllItsForms(String value) {
    assertThat(RetryAfter.of(answer(value, null), NOW)).hasValue(Duration.ofSeconds(30));
  }

  @Test
  void aDateCountsFromTheReceiversOwnClock() {
    Answered answer = answer("Sun, 06 Nov 1994 12:00:30 GMT", "Sun, 06 Nov 1994 12:00:00 GMT");
    assertThat(RetryAfter.of(answer, NOW)).hasValue(Duration.ofSeconds(30));
    assertThat(RetryAfter.of(answer("Sun, 06 Nov 1994 08:49:37 GMT", "yesterday"), NOW))
        .hasValue(Duration.ofSeconds(30));
  }

  @Test
  void aDateThatIsOverMeansNowAndOneFarAheadADay() {
    assertThat(RetryAfter.of(answer("Sun, 06 Nov 1994 08:00:00 GMT", null), NOW))
        .hasValue(Duration.ZERO);
    assertThat(RetryAfter.of(answer("Sun, 06 Nov 2094 08:00:00 GMT", null), NOW))
        .hasValue(Duration.ofDays(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5",
        "soon",
        "5 s",
        "1e3",
        "٣",
        "Sun, 31 Feb 1994 25:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994",
        "1994-11-06T08:49:37Z"
      })
  void whatIsNeitherIsIgnored(String value) {
    assertThat(RetryAfter.of(answer(value, null), NOW)).isEmpty();
    assertThat(RetryAfter.of(answer(null, null), NOW)).isEmpty();
  }

  @Test
  void whateverAReceiverSendsIsReadOrIgnored() {
    Random random = new Random(20240611);
    String letters = "0123456789 ,:-SunMonNovFebGMT\0é٣";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(35); length > 0; length--) {
        value.append(letters.charAt(random.nextInt(letters.length())));
      }
      assertThat(RetryAfter.of(answer(value.toString(), value.toString()), NOW))
          .as(value.toString())
          .satisfiesAnyOf(
              wait -> assertThat(wait).isEmpty(),
              wait -> assertThat(wait.orElseThrow()).isBetween(Duration.ZERO, RetryAfter.LONGEST));
    }
  }
}
