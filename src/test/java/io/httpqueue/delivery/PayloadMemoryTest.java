package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PayloadMemoryTest {

  private static final int LARGE = EventContent.LARGEST_PAYLOAD;
  private static final int SMALL = 1000;
  private static final int MEBIBYTES = 8;

  private final PayloadMemory memory = new PayloadMemory(settings(MEBIBYTES));

  private static DeliverySettings settings(int mebibytes) {
    return new DeliverySettings(
        32,
        256,
        100,
        Duration.ofSeconds(12),
        Duration.ofSeconds(3),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        DataSize.ofMegabytes(1),
        100,
        DataSize.ofMegabytes(mebibytes));
  }

  /** A lane that holds one payload, and expects others to be alike. */
  private PayloadMemory.Lane lane(int size) {
    PayloadMemory.Lane lane = memory.join();
    assertThat(lane.reserve(true)).isTrue();
    assertThat(lane.hold(size)).isTrue();
    lane.learn();
    return lane;
  }

  @Test
  void whileNothingIsKnownOfItsPayloadsALaneReadsOneAndThenAsManyAsFitIntoFourMebibytes() {
    PayloadMemory.Lane lane = memory.join();
    assertThat(lane.readAtOnce()).isEqualTo(1);
    assertThat(lane.bytesToRead()).isEqualTo(LARGE);
    assertThat(lane(LARGE).readAtOnce()).isEqualTo(4);
    assertThat(lane(SMALL).readAtOnce()).isGreaterThan(4_000);
  }

  @Test
  void theLastQuarterIsKeptForLanesThatHaveNothingInFlight() {
    PayloadMemory.Lane greedy = lane(LARGE);
    int more = 0;
    while (greedy.reserve(false)) {
      more++;
    }
    assertThat(1 + more).isEqualTo(MEBIBYTES * 3 / 4);
    PayloadMemory.Lane other = memory.join();
    assertThat(other.reserve(true)).isTrue();
    assertThat(other.hold(LARGE)).isTrue();
  }

  @Test
  void aPayloadThatTurnsOutToBeTooLargeIsNotHeldAndLeavesNothingReserved() {
    for (int i = 0; i < MEBIBYTES; i++) {
      lane(LARGE);
    }
    PayloadMemory.Lane late = memory.join();
    assertThat(late.reserve(true)).isTrue();
    assertThat(late.hold(LARGE)).isFalse();
    late.learn();
    assertThat(memory.taken()).isEqualTo((long) MEBIBYTES * LARGE);
    assertThat(late.reserve(true)).as("now that its size is known").isFalse();
  }

  @Test
  void aSmallOneIsHeldHoweverFullTheMemoryIsIfItsLaneHasNoOther() {
    for (int i = 0; i < MEBIBYTES; i++) {
      lane(LARGE);
    }
    PayloadMemory.Lane small = lane(SMALL);
    assertThat(small.reserve(false)).isFalse();
    small.give(SMALL);
    assertThat(small.reserve(true)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    PayloadMemory.Lane lane = lane(LARGE);
    assertThat(lane.reserve(false)).isTrue();
    lane.release();
    assertThat(lane.reserve(false)).isTrue();
    assertThat(lane.hold(SMALL)).isTrue();
    lane.give(SMALL);
    lane.give(LARGE);
    assertThat(memory.taken()).isZero();
  }

  @Test
  void aLaneThatHadOneLargePayloadExpectsSmallOnesAgainAfterSome() {
    PayloadMemory.Lane lane = lane(LARGE);
    for (int i = 0; i < 10; i++) {
      assertThat(lane.reserve(false)).isTrue();
      assertThat(lane.hold(SMALL)).isTrue();
      lane.learn();
    }
    assertThat(lane.bytesToRead()).isLessThan(2 * SMALL);
  }

  @Test
  void lessMemoryThanAFewPayloadsNeedIsRefused() {
    assertThatThrownBy(() -> settings(MEBIBYTES - 1)).hasMessageContaining("must be 8MB or more");
  }
}
