package io.httpqueue.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PushLimitsTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void aKeyMayPushItsRateAtOnceAndThenAsTimeGoesBy() {
    PushLimits limits = new PushLimits(3, nanos::get);
    ApiKey key = key(1, null);

    assertThat(admitted(limits, key, 10)).isEqualTo(3);
    pass(Duration.ofSeconds(1));
    assertThat(admitted(limits, key, 10)).isEqualTo(3);
    // What is not used is not saved up beyond a second.
    pass(Duration.ofHours(1));
    assertThat(admitted(limits, key, 10)).isEqualTo(3);
  }

  @Test
  void theRefusalTellsWhenAnotherIsLetIn() {
    PushLimits limits = new PushLimits(4, nanos::get);
    ApiKey key = key(1, null);
    admitted(limits, key, 4);

    RateLimitedException refused =
        catchThrowableOfType(RateLimitedException.class, () -> limits.take(key));
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(250));
    assertThat(refused).hasMessageContaining("4 events a second");
    pass(refused.retryAfter().minusNanos(1));
    assertThatThrownBy(() -> limits.take(key)).isInstanceOf(RateLimitedException.class);
    pass(Duration.ofNanos(1));
    limits.take(key);
  }

  @Test
  void aRateBelowOneASecondLetsSingleEventsIn() {
    PushLimits limits = new PushLimits(0, nanos::get);
    ApiKey slow = key(1, 0.5);

    assertThat(admitted(limits, slow, 5)).isOne();
    pass(Duration.ofSeconds(1));
    assertThat(admitted(limits, slow, 5)).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(admitted(limits, slow, 5)).isOne();
  }

  @Test
  void theRateOfAKeyWinsOverTheDefaultAndKeysCountApart() {
    PushLimits limits = new PushLimits(2, nanos::get);

    assertThat(admitted(limits, key(1, 5.0), 10)).isEqualTo(5);
    assertThat(admitted(limits, key(2, 0.0), 1000)).isEqualTo(1000);
    assertThat(admitted(limits, key(3, null), 10)).isEqualTo(2);
    assertThat(admitted(limits, key(4, null), 10)).isEqualTo(2);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static int admitted(PushLimits limits, ApiKey key, int pushes) {
    int admitted = 0;
    for (int i = 0; i < pushes; i++) {
      try {
        limits.take(key);
        admitted++;
      } catch (RateLimitedException e) {
        // Counted by not being counted.
      }
    }
    return admitted;
  }

  private static ApiKey key(long id, @Nullable Double pushesPerSecond) {
    return new ApiKey(
        new ApiKeyId(new UUID(0, id)), "", Role.PUBLISHER, NamespaceScope.ALL, pushesPerSecond);
  }
}
