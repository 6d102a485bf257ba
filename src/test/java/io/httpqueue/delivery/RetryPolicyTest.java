package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final RetryPolicy DEFAULTS =
      new RetryPolicy(15, Duration.ofSeconds(5), 3, Duration.ofHours(12), 0.2);

  private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;

  private static RetryPolicy withoutJitter(RetryPolicy policy) {
    return new RetryPolicy(
        policy.maxAttempts(), policy.firstDelay(), policy.factor(), policy.maxDelay(), 0);
  }

  @Test
  void eachDelayIsTheFactorTimesTheOneBeforeUpToTheCap() {
    RetryPolicy policy = withoutJitter(DEFAULTS);
    assertThat(IntStream.rangeClosed(1, 10).mapToObj(n -> policy.delayAfter(n, MIDDLE)))
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(45),
            Duration.ofSeconds(135),
            Duration.ofSeconds(405),
            Duration.ofSeconds(1215),
            Duration.ofSeconds(3645),
            Duration.ofSeconds(10935),
            Duration.ofSeconds(32805),
            Duration.ofHours(12));
  }

  @Test
  void theDefaultAttemptsSpanAboutThreeDays() {
    RetryPolicy policy = withoutJitter(DEFAULTS);
    Duration whole =
        IntStream.range(1, policy.maxAttempts())
            .mapToObj(n -> policy.delayAfter(n, MIDDLE))
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(whole).isBetween(Duration.ofHours(70), Duration.ofHours(78));
  }

  @Test
  void jitterMovesADelayByItsShareAtMostAndReallyMovesIt() {
    Random random = new Random(7);
    long exact = DEFAULTS.firstDelay().toMillis();
    var delays =
        IntStream.range(0, 10_000).mapToLong(n -> DEFAULTS.delayAfter(1, random).toMillis());
    var seen = delays.summaryStatistics();
    assertThat(seen.getMin()).isBetween((long) (exact * 0.8), (long) (exact * 0.81));
    assertThat(seen.getMax()).isBetween((long) (exact * 1.19), (long) (exact * 1.2));
    assertThat(seen.getAverage()).isBetween(exact * 0.99, exact * 1.01);
  }

  @Test
  void noNumberOfAttemptsOverflowsTheDelay() {
    assertThat(DEFAULTS.delayAfter(Integer.MAX_VALUE, MIDDLE))
        .isLessThanOrEqualTo(DEFAULTS.maxDelay().multipliedBy(12).dividedBy(10));
  }

  @Test
  void aPolicyThatMakesNoSenseCannotExist() {
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ofSeconds(1), 3, Duration.ofHours(1), 0))
        .hasMessageContaining("maxAttempts")
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(1), 3, Duration.ofMillis(1), 0))
        .hasMessageContaining("maxDelay");
  }
}
