package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IntakePrecedenceTest {

  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ends = new CountDownLatch(1);

  @AfterEach
  void endTheCommit() {
    ends.countDown();
  }

  @Test
  void aBacklogWaitsForTheCommitThatRuns() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    Thread commit = commit(precedence);
    Thread backlog = Thread.ofPlatform().start(precedence::giveWay);
    await().until(precedence::isGivenWay);
    ends.countDown();
    assertThat(backlog.join(Duration.ofSeconds(10))).isTrue();
    assertThat(commit.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void aBacklogWaitsNoLongerThanItsPatience() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofMillis(5));
    Thread commit = commit(precedence);
    precedence.giveWay();
    assertThat(commit.isAlive()).isTrue();
    ends.countDown();
    assertThat(commit.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void theIntakeGetsWhatItsCommitReturns() {
    assertThat(new IntakePrecedence().<String>goFirst(() -> "committed")).isEqualTo("committed");
  }

  private Thread commit(IntakePrecedence precedence) throws InterruptedException {
    Thread commit = Thread.ofPlatform().start(() -> precedence.<Boolean>goFirst(this::hold));
    running.await();
    return commit;
  }

  private boolean hold() {
    running.countDown();
    try {
      ends.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
