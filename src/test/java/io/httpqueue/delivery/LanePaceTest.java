package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.httpqueue.delivery.Reception.Kind;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.Disabled;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LanePaceTest {

  private static final BreakerSettings BREAKER =
      new BreakerSettings(3, Duration.ofSeconds(10), 2, Duration.ofSeconds(60), Duration.ofDays(5));

  /** Far from zero, as a clock that only tells differences may be. */
  private long now = Long.MAX_VALUE - 1_000;

  private LanePace pace = pace(null, LaneCondition.NEW);

  private LanePace pace(@Nullable RateLimit rate, LaneCondition before) {
    DeliveryPolicy policy =
        new DeliveryPolicy(RetryOverrides.NONE, 8, rate, Ordering.NONE, HeadFailure.SKIP);
    return new LanePace(policy, 32, BREAKER, before, now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void pass(long seconds) {
    pass(Duration.ofSeconds(seconds));
  }

  private boolean lets(int inFlight) {
    return pace.lets(inFlight, now);
  }

  private void attempt(Kind kind) {
    attempt(kind, Duration.ZERO);
  }

  private void attempt(Kind kind, Duration pauseAsked) {
    pace.started(now);
    pace.ended(new Reception(kind, pauseAsked), now);
  }

  /** Takes so many, while more wait than may be in flight. */
  private void takeWhileOthersWait(int count) {
    for (int i = 0; i < count; i++) {
      var _ = lets(7);
      attempt(Kind.WELL);
    }
  }

  private void handOver() {
    pace = pace(null, pace.condition(now));
  }

  @Test
  void noMoreAreInFlightThanTheWebhookAllows() {
    takeWhileOthersWait(20);
    assertThat(lets(7)).isTrue();
    assertThat(lets(8)).isFalse();
  }

  @Test
  void aReceiverThatHasTakenNothingYetGetsFewAtOnceAndOneMoreForEachThatItTakes() {
    assertThat(lets(3)).isTrue();
    assertThat(lets(4)).isFalse();
    attempt(Kind.FAILING);
    attempt(Kind.REFUSING);
    assertThat(lets(4)).isFalse();
    attempt(Kind.WELL);
    assertThat(lets(4)).isTrue();
    assertThat(lets(5)).isFalse();
  }

  @Test
  void oneThatTakesWhatComesOneByOneHasShownNothingOfManyAtOnce() {
    for (int i = 0; i < 20; i++) {
      assertThat(lets(0)).isTrue();
      attempt(Kind.WELL);
    }
    assertThat(lets(3)).isTrue();
    assertThat(lets(4)).isFalse();
  }

  @Test
  void afterARestItGetsFewAtOnceAgain() {
    takeWhileOthersWait(20);
    pace.rested();
    assertThat(lets(3)).isTrue();
    assertThat(lets(4)).isFalse();
    attempt(Kind.WELL);
    assertThat(lets(4)).isTrue();
  }

  @Test
  void aRestGivesNoMoreThanWasLeftByAFailure() {
    openBreaker();
    pass(10);
    attempt(Kind.WELL);
    pass(10);
    pace.rested();
    assertThat(lets(0)).isTrue();
    assertThat(lets(1)).isFalse();
  }

  @Test
  void theBreakerOpensAfterSomeFailuresInARowAndASuccessBetweenStartsTheCountAnew() {
    attempt(Kind.FAILING);
    attempt(Kind.FAILING);
    attempt(Kind.WELL);
    attempt(Kind.FAILING);
    attempt(Kind.FAILING);
    assertThat(lets(0)).isTrue();
    attempt(Kind.FAILING);
    assertThat(lets(0)).isFalse();
    assertThat(pace.nanosToStart(now)).isEqualTo(Duration.ofSeconds(10).toNanos());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"REFUSING", "NOT_ALLOWED", "UNKNOWN"})
  void anAnswerThatShowsTheReceiverAliveOrTellsNothingOpensNoBreaker(Kind kind) {
    takeWhileOthersWait(4);
    for (int i = 0; i < 20; i++) {
      attempt(kind);
    }
    assertThat(lets(7)).isTrue();
  }

  @Test
  void anOpenBreakerLetsOneProbeThroughAfterPausesThatGrow() {
    for (int i = 0; i < 3; i++) {
      attempt(Kind.FAILING);
    }
    for (long pause : new long[] {10, 20, 40, 60, 60}) {
      pass(pause - 1);
      assertThat(lets(0)).isFalse();
      pass(1);
      assertThat(lets(0)).isTrue();
      assertThat(lets(1)).as("beside the probe").isFalse();
      attempt(Kind.FAILING);
    }
    pass(60);
    attempt(Kind.WELL);
    assertThat(lets(0)).isTrue();
  }

  @Test
  void whatWasInFlightWhenTheBreakerOpenedDoesNotLengthenThePause() {
    for (int i = 0; i < 8; i++) {
      pace.started(now);
    }
    for (int i = 0; i < 8; i++) {
      pace.ended(new Reception(Kind.FAILING, Duration.ZERO), now);
    }
    assertThat(pace.nanosToStart(now)).isEqualTo(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void aReceiverThatIsBackIsMetGently() {
    openBreaker();
    pass(10);
    assertThat(lets(1)).isFalse();
    attempt(Kind.WELL);
    assertThat(lets(1)).isTrue();
    assertThat(lets(2)).isFalse();
    for (int i = 0; i < 10; i++) {
      pass(1);
      takeWhileOthersWait(1);
    }
    assertThat(lets(7)).isTrue();
    assertThat(lets(8)).isFalse();
  }

  @Test
  void whatWaitedForAReceiverThatIsBackComesTwiceAsFastEachSecond() {
    openBreaker();
    pass(10);
    attempt(Kind.WELL);
    // The integral of 20 * 2^t over each second.
    double expected = 20 / Math.log(2);
    for (int second = 0; second < 8; second++) {
      assertThat(startWithin(Duration.ofSeconds(1)))
          .as("within second " + second)
          .isCloseTo((int) expected, withinPercentage(10));
      expected *= 2;
    }
    pass(2);
    for (int i = 0; i < 1_000; i++) {
      pace.started(now);
    }
    assertThat(lets(0)).as("once it is over").isTrue();
  }

  @Test
  void oneThatFailsAgainMeanwhileIsSparedAnew() {
    openBreaker();
    pass(10);
    attempt(Kind.WELL);
    pass(8);
    openBreaker();
    pass(10);
    attempt(Kind.WELL);
    assertThat(startWithin(Duration.ofSeconds(1))).isBetween(20, 40);
  }

  private void openBreaker() {
    for (int i = 0; i < 3; i++) {
      attempt(Kind.FAILING);
    }
  }

  @Test
  void theStateOfTheBreakerIsHandedOn() {
    attempt(Kind.FAILING);
    attempt(Kind.FAILING);
    handOver();
    attempt(Kind.FAILING);
    assertThat(pace.isWorthSaving(now)).isTrue();
    handOver();
    assertThat(pace.isWorthSaving(now)).isFalse();
    assertThat(lets(0)).isFalse();
    pass(10);
    attempt(Kind.FAILING);
    handOver();
    pass(19);
    assertThat(lets(0)).isFalse();
    pass(1);
    assertThat(lets(0)).isTrue();
    assertThat(lets(1)).isFalse();
  }

  @Test
  void theWholeLaneWaitsAsLongAsTheReceiverAsksAlsoAfterAHandOver() {
    attempt(Kind.REFUSING, Duration.ofSeconds(30));
    attempt(Kind.REFUSING, Duration.ofSeconds(5));
    assertThat(pace.isWorthSaving(now)).isTrue();
    pass(29);
    assertThat(lets(0)).isFalse();
    handOver();
    assertThat(lets(0)).isFalse();
    pass(1);
    assertThat(lets(0)).isTrue();
    assertThat(lets(1)).as("before one was taken").isFalse();
  }

  @Test
  void requestsStartNoFasterThanTheRateAndInNoGreaterBurst() {
    pace = pace(new RateLimit(10, 5), LaneCondition.NEW);
    assertThat(startWithin(Duration.ZERO)).isEqualTo(5);
    assertThat(startWithin(Duration.ofSeconds(10))).isEqualTo(100);
    pass(3600);
    assertThat(startWithin(Duration.ZERO)).isEqualTo(5);
  }

  @Test
  void aHandOverGivesNoNewBurst() {
    RateLimit rate = new RateLimit(2.5, 5);
    pace = pace(rate, LaneCondition.NEW);
    assertThat(startWithin(Duration.ZERO)).isEqualTo(5);
    LaneCondition handedOn = pace.condition(now);
    pace = pace(rate, handedOn);
    assertThat(startWithin(Duration.ofSeconds(4))).isEqualTo(10);
    pace = pace(rate, LaneCondition.NEW.withEmptyBucket());
    assertThat(startWithin(Duration.ofMillis(399))).isZero();
    pass(Duration.ofMillis(1));
    assertThat(startWithin(Duration.ZERO)).isEqualTo(1);
  }

  private int startWithin(Duration time) {
    long end = now + time.toNanos();
    int started = 0;
    while (end - now >= 0) {
      if (lets(0)) {
        pace.started(now);
        started++;
      } else {
        now += Math.min(pace.nanosToStart(now), end - now + 1);
      }
    }
    now = end;
    return started;
  }

  @Test
  void aWebhookIsDisabledOnceItHasFailedForDaysWithoutASuccess() {
    attempt(Kind.REFUSING);
    pass(Duration.ofDays(4));
    handOver();
    attempt(Kind.FAILING);
    assertThat(pace.disableBecause()).isEmpty();
    pass(Duration.ofDays(1));
    assertThat(pace.disableBecause()).isEmpty();
    attempt(Kind.FAILING);
    assertThat(pace.disableBecause()).hasValue(Disabled.Reason.FAILING);
  }

  @Test
  void aSuccessBetweenStartsTheDaysAnew() {
    attempt(Kind.FAILING);
    pass(Duration.ofDays(4));
    attempt(Kind.WELL);
    attempt(Kind.FAILING);
    pass(Duration.ofDays(4));
    attempt(Kind.FAILING);
    assertThat(pace.disableBecause()).isEmpty();
  }

  @Test
  void aReceiverThatIsNoMoreIsReasonEnough() {
    attempt(Kind.GONE);
    assertThat(pace.disableBecause()).hasValue(Disabled.Reason.GONE);
  }

  @Test
  void aShortFailureIsNotWorthAWriteButOneThatLastsIsAndSoIsItsEnd() {
    attempt(Kind.FAILING);
    assertThat(pace.isWorthSaving(now)).isFalse();
    pass(11);
    assertThat(pace.isWorthSaving(now)).isTrue();
    pace.saved();
    assertThat(pace.isWorthSaving(now)).isFalse();
    attempt(Kind.WELL);
    assertThat(pace.isWorthSaving(now)).isTrue();
  }

  @Test
  void whatWasLearntIsForgottenWhenTheOwnerSaysThatAllIsWell() {
    for (int i = 0; i < 3; i++) {
      attempt(Kind.FAILING, Duration.ofHours(1));
    }
    assertThat(lets(0)).isFalse();
    pace.reset(now);
    assertThat(lets(3)).isTrue();
    takeWhileOthersWait(4);
    assertThat(lets(7)).isTrue();
  }
}
