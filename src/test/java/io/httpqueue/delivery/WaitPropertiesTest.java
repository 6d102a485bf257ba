package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.SendResult.Answered;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every wait, whatever the policy and whatever a receiver asks for. */
class WaitPropertiesTest {

  private static final int TRIES = 20_000;
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Random random = new Random(20261125);

  private static Answered answer(String retryAfter, @Nullable String date) {
    return new Answered(503, retryAfter, date, "", Duration.ZERO);
  }

  @Test
  void aDelayIsWithinItsJitterOfTheGrownOneAndNeverBeyondTheCap() {
    for (int i = 0; i < TRIES; i++) {
      long first = 10L + random.nextInt(100_000);
      long cap = first + random.nextInt(10_000_000);
      double factor = 1 + random.nextDouble(9);
      double jitter = random.nextDouble();
      int attempt = 1 + random.nextInt(100);
      RetryPolicy policy =
          new RetryPolicy(100, Duration.ofMillis(first), factor, Duration.ofMillis(cap), jitter);

      double exact = Math.min((double) cap, (double) first * Math.pow(factor, attempt - 1));
      long delay = policy.delayAfter(attempt, random).toMillis();

      assertThat((double) delay)
          .as("%s after attempt %d", policy, attempt)
          .isBetween(Math.floor(exact * (1 - jitter)) - 1, Math.ceil(exact * (1 + jitter)) + 1);
    }
  }

  @Test
  void withoutJitterNoDelayIsShorterThanTheOneBefore() {
    for (int i = 0; i < TRIES / 100; i++) {
      RetryPolicy policy =
          new RetryPolicy(
              100,
              Duration.ofMillis(10 + random.nextInt(1000)),
              1 + random.nextDouble(9),
              Duration.ofDays(7),
              0);
      for (int attempt = 2; attempt <= 100; attempt++) {
        assertThat(policy.delayAfter(attempt, random))
            .as("%s after attempt %d", policy, attempt)
            .isGreaterThanOrEqualTo(policy.delayAfter(attempt - 1, random));
      }
    }
  }

  @Test
  void anyDateThatAReceiverWritesIsReadAsTheTimeUntilThenByItsOwnClock() {
    for (int i = 0; i < TRIES; i++) {
      Instant sent = NOW.plusSeconds(random.nextInt(-100_000, 100_000));
      long wait = random.nextInt(-1_000, 100_000);
      Answered answer = answer(HTTP_DATE.format(sent.plusSeconds(wait)), HTTP_DATE.format(sent));

      assertThat(RetryAfter.of(answer, NOW))
          .as("%s", answer)
          .hasValue(Duration.ofSeconds(Math.clamp(wait, 0, 86_400)));
    }
  }

  @Test
  void whateverAReceiverWritesTheWaitIsNoneOrUpToADay() {
    String alphabet = "0123456789 ,:-GMTunSNov+.e";
    for (int i = 0; i < TRIES; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); text.length() < length; ) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      RetryAfter.of(answer(text.toString(), null), NOW)
          .ifPresent(
              wait -> assertThat(wait).as("%s", text).isBetween(Duration.ZERO, RetryAfter.LONGEST));
    }
  }
}
