package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IntakePrecedenceTest {

  @Test
  void aBacklogWaitsForTheCommitThatRuns() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    try (HeldCommit commit = new HeldCommit(precedence)) {
      Thread backlog = Thread.ofPlatform().start(precedence::giveWay);
      await().until(precedence::isGivenWay);
      commit.close();
      assertThat(backlog.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aBacklogWaitsNoLongerThanItsPatience() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofMillis(5));
    try (HeldCommit commit = new HeldCommit(precedence)) {
      precedence.giveWay();
      assertThat(commit.isRunning()).isTrue();
    }
  }

  @Test
  void eventsAreAcceptedWhileACommitRunsAndForASecondAfterIt() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence();
    assertThat(precedence.isAccepting(System.nanoTime())).isFalse();
    long second = IntakePrecedence.LATELY.toNanos();
    try (HeldCommit commit = new HeldCommit(precedence)) {
      assertThat(precedence.isAccepting(System.nanoTime() + 60 * second)).isTrue();
      long running = System.nanoTime();
      commit.close();
      await().until(() -> !commit.isRunning());
      assertThat(precedence.isAccepting(running + second)).isTrue();
      assertThat(precedence.isAccepting(System.nanoTime() + second)).isFalse();
    }
  }

  @Test
  void theIntakeGetsWhatItsCommitReturns() {
    assertThat(new IntakePrecedence().<String>goFirst(() -> "committed")).isEqualTo("committed");
  }
}
