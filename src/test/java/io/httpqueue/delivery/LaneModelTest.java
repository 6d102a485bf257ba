package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.delivery.LaneModel.Flaw;
import io.httpqueue.delivery.LaneModelState.Left;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goes through every state that the protocol of lanes can come to, within bounds. */
class LaneModelTest {

  private static final Left WITHOUT_FAULTS = new Left(2, 0, 0, 0, 1, 0);
  private static final Left WITH_LATE_THREADS = new Left(2, 1, 0, 1, 0, 0);
  private static final Left WITH_A_CRASH = new Left(1, 2, 1, 1, 0, 0);
  private static final Left WITH_A_STOP = new Left(1, 1, 0, 1, 0, 1);

  private static Optional<List<String>> find(Flaw flaw, Left left, Predicate<LaneModelState> bad) {
    StateSpace<LaneModelState> space = new StateSpace<>(new LaneModel(flaw)::steps);
    Optional<List<String>> path = space.find(LaneModelState.start(left), bad);
    if (path.isEmpty()) {
      assertThat(space.size()).as("states").isGreaterThan(1_000);
    }
    return path;
  }

  private static boolean twoLanesBelieve(LaneModelState state) {
    return state.believers() > 1;
  }

  /** Nothing goes on, and deliveries wait: only the sweep would help. */
  private static Predicate<LaneModelState> waitsForTheSweep(Flaw flaw) {
    LaneModel model = new LaneModel(flaw);
    return state -> state.due() != 0 && state.stopEpoch() == 0 && model.ownSteps(state).isEmpty();
  }

  /** Nothing goes on, and deliveries wait for good. */
  private static Predicate<LaneModelState> isStuck(Flaw flaw) {
    LaneModel model = new LaneModel(flaw);
    return state ->
        state.due() != 0
            && state.row().lease() == LaneModelState.Lease.LIVE
            && model.ownSteps(state).isEmpty();
  }

  @Test
  void neverIsAWakeUpLostOrDoTwoLanesBelieveThatTheyHaveTheLease() {
    for (Left left : List.of(WITHOUT_FAULTS, WITH_LATE_THREADS)) {
      Predicate<LaneModelState> bad =
          waitsForTheSweep(Flaw.NONE).or(LaneModelTest::twoLanesBelieve);
      assertThat(find(Flaw.NONE, left, bad)).isEmpty();
    }
  }

  @Test
  void theSweepFindsWhatAServerThatIsKilledTookWithIt() {
    Predicate<LaneModelState> bad = isStuck(Flaw.NONE).or(LaneModelTest::twoLanesBelieve);
    assertThat(find(Flaw.NONE, WITH_A_CRASH, bad)).isEmpty();
    assertThat(find(Flaw.NONE, WITH_A_CRASH, waitsForTheSweep(Flaw.NONE))).isPresent();
  }

  @Test
  void noLaneBeginsBeforeOneThatIsStoppedHasEnded() {
    assertThat(find(Flaw.NONE, WITH_A_STOP, LaneModelTest::twoLanesBelieve)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOES_NOT_LOOK_AGAIN", "DOES_NOT_CONFIRM"})
  void aWakeUpIsLostWithoutLookingOnceMore(Flaw flaw) {
    assertThat(find(flaw, WITHOUT_FAULTS, waitsForTheSweep(flaw))).isPresent();
  }

  @Test
  void aWakeUpIsLostIfALaneWithoutItsLeaseIsReliedUpon() {
    assertThat(find(Flaw.TELLS_THE_DEAD, WITH_LATE_THREADS, waitsForTheSweep(Flaw.TELLS_THE_DEAD)))
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"WAKES_THE_LIVING", "COUNTS_FROM_THE_ANSWER", "STOPS_WITHOUT_WAITING"})
  void twoLanesBelieveIf(Flaw flaw) {
    Left left = flaw == Flaw.STOPS_WITHOUT_WAITING ? WITH_A_STOP : WITH_LATE_THREADS;
    assertThat(find(flaw, left, LaneModelTest::twoLanesBelieve)).isPresent();
  }
}
