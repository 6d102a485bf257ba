package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

  private static final Duration LINGER = Duration.ofSeconds(30);
  private static final WebhookId A = new WebhookId(new UUID(0, 1));
  private static final WebhookId B = new WebhookId(new UUID(0, 2));
  private static final WebhookId C = new WebhookId(new UUID(0, 3));
  private static final WebhookId D = new WebhookId(new UUID(0, 4));

  private final LaneQueue queue = new LaneQueue(1, LINGER);
  private long now = Long.MAX_VALUE;

  private boolean enter(WebhookId webhook) {
    return queue.enter(webhook, now);
  }

  @Test
  void whoComesFirstIsCalledFirstAndNobodyGetsInBefore() {
    assertThat(enter(A)).isTrue();
    assertThat(enter(B)).isFalse();
    assertThat(enter(C)).isFalse();
    assertThat(enter(B)).as("asks again").isFalse();
    assertThat(queue.isCrowded()).isTrue();
    assertThat(queue.leave()).containsExactly(B);
    assertThat(enter(D)).as("has not waited").isFalse();
    assertThat(enter(A)).as("has had its turn").isFalse();
    assertThat(enter(B)).isTrue();
    assertThat(queue.leave()).containsExactly(C);
    assertThat(enter(C)).isTrue();
    assertThat(queue.leave()).containsExactly(D);
  }

  @Test
  void whoDoesNotAskAgainKeepsNoPlace() {
    assertThat(enter(A)).isTrue();
    assertThat(enter(B)).isFalse();
    queue.leave();
    assertThat(enter(C)).isFalse();
    now += Duration.ofSeconds(21).toNanos();
    assertThat(enter(C)).isTrue();
    assertThat(queue.isCrowded()).isFalse();
  }

  @Test
  void anIdleLaneKeepsItsPlaceForLessTimeWhereMostAreTaken() {
    LaneQueue large = new LaneQueue(3, LINGER);
    assertThat(large.enter(A, now)).isTrue();
    assertThat(large.isToLeave(Duration.ofSeconds(29).toNanos())).isFalse();
    assertThat(large.enter(B, now)).isTrue();
    assertThat(large.isToLeave(Duration.ofSeconds(2).toNanos())).isFalse();
    assertThat(large.isToLeave(Duration.ofSeconds(3).toNanos())).isTrue();
    assertThat(large.isToLeave(Duration.ofSeconds(3).toNanos()))
        .as("with the one that leaves half is free")
        .isFalse();
    assertThat(large.isToLeave(Duration.ofSeconds(30).toNanos())).isTrue();
  }

  @Test
  void noMoreIdleLanesLeaveThanOthersWait() {
    LaneQueue two = new LaneQueue(2, LINGER);
    assertThat(two.enter(A, now)).isTrue();
    assertThat(two.enter(B, now)).isTrue();
    assertThat(two.isToLeave(0)).as("nobody waits").isFalse();
    assertThat(two.enter(C, now)).isFalse();
    assertThat(two.isToLeave(0)).isTrue();
    assertThat(two.isToLeave(0)).as("one leaves already").isFalse();
    assertThat(two.leave()).containsExactly(C);
    assertThat(two.hasRoomFor(C)).isTrue();
    assertThat(two.hasRoomFor(D)).as("has not waited").isFalse();
    assertThat(two.isToLeave(0)).as("a place is free for who waits").isFalse();
    assertThat(two.enter(C, now)).isTrue();
    assertThat(two.isToLeave(0)).isFalse();
  }

  @Test
  void anIdleLaneAsksAgainInTime() {
    long soon = Duration.ofMillis(29_999).toNanos();
    assertThat(queue.nanosToAskAgain(0)).isEqualTo(Duration.ofSeconds(3).toNanos());
    assertThat(queue.nanosToAskAgain(soon)).isEqualTo(Duration.ofMillis(1).toNanos());
    assertThat(queue.nanosToAskAgain(LINGER.toNanos())).isPositive();
  }
}
