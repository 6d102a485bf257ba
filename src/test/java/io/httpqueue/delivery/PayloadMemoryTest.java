package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PayloadMemoryTest {

  private static final int LARGE = EventContent.LARGEST_PAYLOAD;
  private static final int SMALL = 1000;
  private static final int MEBIBYTES = 8;

  private final PayloadMemory memory =
      new PayloadMemory(FairShareTest.settings(100, DataSize.ofMegabytes(MEBIBYTES)));

  /** A lane that holds one payload, and expects others to be alike. */
  private PayloadMemory.Lane lane(int size) {
    PayloadMemory.Lane lane = memory.join();
    int reserved = lane.reserve(true).orElseThrow();
    assertThat(lane.hold(reserved, size, true)).isTrue();
    lane.learn();
    return lane;
  }

  private void fill() {
    for (int i = 0; i < MEBIBYTES; i++) {
      lane(LARGE);
    }
  }

  @Test
  void aLaneReadsFourMebibytesAtOnceAndLargePayloadsOnlyIfItHasSeenOne() {
    PayloadMemory.Lane lane = memory.join();
    assertThat(lane.readsAnySize()).isFalse();
    assertThat(lane.readAtOnce()).isEqualTo(32);
    lane.refuse(lane.reserve(true).orElseThrow(), LARGE);
    lane.learn();
    assertThat(lane.readsAnySize()).isTrue();
    assertThat(lane.readAtOnce()).isEqualTo(4);
  }

  @Test
  void theLastQuarterIsKeptForLanesThatHaveNothingInFlight() {
    PayloadMemory.Lane greedy = lane(LARGE);
    int more = 0;
    while (greedy.reserve(false).isPresent()) {
      more++;
    }
    assertThat(1 + more).isEqualTo(MEBIBYTES * 3 / 4);
    PayloadMemory.Lane other = memory.join();
    assertThat(other.hold(0, LARGE, false)).isFalse();
    assertThat(other.hold(0, LARGE, true)).isTrue();
  }

  @Test
  void aPayloadThatTurnsOutToBeTooLargeIsNotHeldAndLeavesNothingReserved() {
    fill();
    PayloadMemory.Lane late = memory.join();
    int reserved = late.reserve(true).orElseThrow();
    assertThat(late.hold(reserved, LARGE, true)).isFalse();
    late.learn();
    assertThat(memory.taken()).isEqualTo((long) MEBIBYTES * LARGE);
    assertThat(late.reserve(true)).as("now that its size is known").isEmpty();
  }

  @Test
  void aSmallOneIsHeldHoweverFullTheMemoryIsIfItsLaneHasNoOther() {
    fill();
    PayloadMemory.Lane small = lane(SMALL);
    assertThat(small.reserve(false)).isEmpty();
    assertThat(small.hold(0, SMALL, false)).isFalse();
    small.give(SMALL);
    assertThat(small.reserve(true)).isPresent();
  }

  @Test
  void aLaneThatHadALargePayloadLooksAtItsNextHoweverFullTheMemoryIs() {
    PayloadMemory.Lane lane = lane(LARGE);
    lane.give(LARGE);
    fill();
    int reserved = lane.reserve(true).orElseThrow();
    assertThat(lane.hold(reserved, SMALL, true)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    PayloadMemory.Lane lane = lane(LARGE);
    int reserved = lane.reserve(false).orElseThrow();
    lane.give(reserved);
    assertThat(lane.reserve(false)).hasValue(reserved);
    assertThat(lane.hold(reserved, SMALL, false)).isTrue();
    lane.give(SMALL);
    lane.give(LARGE);
    assertThat(memory.taken()).isZero();
  }

  @Test
  void aLaneThatHadOneLargePayloadExpectsSmallOnesAgainAfterSome() {
    PayloadMemory.Lane lane = lane(LARGE);
    for (int i = 0; i < 10; i++) {
      assertThat(lane.hold(lane.reserve(false).orElseThrow(), SMALL, false)).isTrue();
      lane.learn();
    }
    assertThat(lane.reserve(false).orElseThrow()).isLessThan(2 * SMALL);
  }
}
