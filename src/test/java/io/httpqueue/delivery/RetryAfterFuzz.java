package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.httpqueue.outbound.SendResult.Answered;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a receiver asks for, a delivery waits from no time to a day. */
class RetryAfterFuzz {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("120", ""),
        Arguments.of("00000000000000000007", ""),
        Arguments.of("99999999999999999999", ""),
        Arguments.of("-1", ""),
        Arguments.of("١٢", ""),
        Arguments.of("Tue, 24 Nov 2026 12:05:00 GMT", "Tue, 24 Nov 2026 12:00:00 GMT"),
        Arguments.of("Tuesday, 24-Nov-26 12:05:00 GMT", "Tue Nov 24 12:00:00 2026"),
        Arguments.of("Tue Nov  3 12:05:00 2026", "x"),
        Arguments.of("Tue, 24 Nov +999999999 12:05:00 GMT", ""),
        Arguments.of("Tue, 24 Nov -999999999 12:05:00 GMT", "Tue, 24 Nov +999999999 12:05:00 GMT"),
        Arguments.of("Tue, 31 Feb 2026 12:05:00 GMT", ""),
        Arguments.of("Tue, 24 Nov 2026 24:00:60 GMT", ""),
        Arguments.of("Mon, ", "Mon, "));
  }

  @MethodSource("values")
  @FuzzTest
  void anyValueAndDate(@NotNull String value, @NotNull String date) {
    Answered answer =
        new Answered(503, value, date.isEmpty() ? null : date, "", Duration.ofMillis(1));

    Optional<Duration> wait = RetryAfter.of(answer, NOW);

    wait.ifPresent(time -> assertThat(time).isBetween(Duration.ZERO, RetryAfter.LONGEST));
    if (value.matches("[0-9]{1,4000}")) {
      BigInteger longest = BigInteger.valueOf(RetryAfter.LONGEST.toSeconds());
      assertThat(wait)
          .contains(Duration.ofSeconds(new BigInteger(value).min(longest).longValueExact()));
    }
  }
}
