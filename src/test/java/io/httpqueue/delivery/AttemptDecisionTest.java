package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.delivery.AttemptDecision.Delivered;
import io.httpqueue.delivery.AttemptDecision.GiveUp;
import io.httpqueue.delivery.AttemptDecision.Retry;
import io.httpqueue.outbound.FailureClass;
import io.httpqueue.outbound.SendResult;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptDecisionTest {

  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofSeconds(5), 3, Duration.ofHours(12), 0);
  private static final RandomGenerator RANDOM = () -> 0;

  private static AttemptDecision after(SendResult result, int attempt) {
    return after(result, attempt, Duration.ZERO);
  }

  private static AttemptDecision after(SendResult result, int attempt, Duration asked) {
    return AttemptDecision.after(result, attempt, POLICY.maxAttempts(), asked, POLICY, RANDOM);
  }

  private static Answered answer(int status) {
    return new Answered(status, null, null, "", Duration.ZERO);
  }

  private static NotAnswered failure(FailureClass failure) {
    return new NotAnswered(failure, "because", Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void everyStatusOfTheTwoHundredsIsDelivered(int status) {
    assertThat(after(answer(status), 1)).isEqualTo(new Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 304, 400, 401, 404, 409, 422, 500, 501, 505, 599})
  void everyOtherStatusIsRetriedUntilTheAttemptsAreUsedUp(int status) {
    assertThat(after(answer(status), 1))
        .isEqualTo(new Retry(Duration.ofSeconds(5), "HTTP " + status));
    assertThat(after(answer(status), 2))
        .isEqualTo(new Retry(Duration.ofSeconds(15), "HTTP " + status));
    assertThat(after(answer(status), 3)).isEqualTo(new GiveUp("HTTP " + status));
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureClass.class,
      names = {"DNS", "CONNECT", "TLS", "TIMEOUT", "PROTOCOL"})
  void aFailureWithoutAnswerIsRetriedUntilTheAttemptsAreUsedUp(FailureClass failure) {
    assertThat(after(failure(failure), 2)).isEqualTo(new Retry(Duration.ofSeconds(15), "because"));
    assertThat(after(failure(failure), 3)).isEqualTo(new GiveUp("because"));
  }

  @Test
  void aReceiverThatIsNoMoreIsNotTriedAgain() {
    assertThat(after(answer(410), 1)).isEqualTo(new GiveUp("HTTP 410"));
  }

  @Test
  void theNextAttemptIsNotMadeBeforeTheReceiverAsksForIt() {
    assertThat(after(answer(503), 1, Duration.ofSeconds(3)))
        .isEqualTo(new Retry(Duration.ofSeconds(5), "HTTP 503"));
    assertThat(after(answer(503), 1, Duration.ofSeconds(60)))
        .isEqualTo(new Retry(Duration.ofSeconds(60), "HTTP 503"));
    assertThat(after(answer(503), 3, Duration.ofSeconds(60))).isEqualTo(new GiveUp("HTTP 503"));
  }

  @Test
  void anAddressThatIsNotAllowedIsGivenUpAtOnce() {
    assertThat(after(failure(FailureClass.BLOCKED_ADDRESS), 1)).isEqualTo(new GiveUp("because"));
  }

  @Test
  void anAttemptThatTheServerBrokeOffIsMadeAgainWithoutAPause() {
    assertThat(after(failure(FailureClass.INTERRUPTED), 1))
        .isEqualTo(new Retry(Duration.ZERO, "because"));
    assertThat(after(failure(FailureClass.INTERRUPTED), 3)).isEqualTo(new GiveUp("because"));
  }
}
