package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class FairShareTest {

  static FairShare places(int places) {
    return new FairShare(settings(places, DataSize.ofMegabytes(8)));
  }

  /** Those of a server that has so many places, and so much memory for payloads. */
  static DeliverySettings settings(int places, DataSize payloads) {
    return new DeliverySettings(
        32,
        256,
        100,
        Duration.ofSeconds(12),
        Duration.ofSeconds(3),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        DataSize.ofMegabytes(1),
        places,
        2_500,
        payloads);
  }

  private static int takeAll(FairShare.Share share) {
    while (share.take()) {}
    return share.own();
  }

  @Test
  void manyWhoWantAllLeaveSomeForTheOneThatComesLate() {
    FairShare fairShare = places(1_000);
    List<FairShare.Share> greedy = Stream.generate(fairShare::join).limit(100).toList();
    greedy.forEach(FairShareTest::takeAll);
    int taken = greedy.stream().mapToInt(FairShareTest::takeAll).sum();
    FairShare.Share late = fairShare.join();
    assertThat(takeAll(late)).isGreaterThan(1);
    assertThat(taken + late.own()).isBetween(800, 1_101);
  }

  @Test
  void oneAloneLeavesAsManyAsItHasBesideThoseThatAreKept() {
    FairShare fairShare = places(1_000);
    assertThat(takeAll(fairShare.join())).isBetween(370, 380);
  }

  @Test
  void lanesThatRestLeaveTheirPartOfWhatIsKeptToOthers() {
    FairShare fairShare = places(1_000);
    List<FairShare.Share> resting = Stream.generate(fairShare::join).limit(1_000).toList();
    resting.forEach(FairShare.Share::rest);
    List<FairShare.Share> greedy = Stream.generate(fairShare::join).limit(20).toList();
    greedy.forEach(FairShareTest::takeAll);
    assertThat(takeAll(fairShare.join())).isGreaterThanOrEqualTo(11);
  }

  @Test
  void everyLaneHasAPlaceOfItsOwnHoweverFullTheServerIs() {
    FairShare fairShare = places(4);
    List<FairShare.Share> lanes = Stream.generate(fairShare::join).limit(10).toList();
    assertThat(lanes).allSatisfy(lane -> assertThat(takeAll(lane)).isGreaterThanOrEqualTo(1));
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    FairShare fairShare = places(100);
    FairShare.Share lane = fairShare.join();
    int first = takeAll(lane);
    for (int i = 0; i < first; i++) {
      lane.give();
    }
    assertThat(lane.own()).isZero();
    assertThat(takeAll(lane)).isEqualTo(first);
  }

  @Test
  void lanesThatTakeAndGiveAtTheSameTimeNeverHaveMoreThanThereIsNorLoseAny() throws Exception {
    int places = 16;
    int threads = 4;
    FairShare fairShare = places(places);
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService lanes = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> ended = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        ended.add(lanes.submit(() -> takeAndGive(fairShare, most)));
      }
      for (Future<?> lane : ended) {
        lane.get();
      }
    }
    // Each lane has one place beside those that are shared.
    assertThat(most).hasValueBetween(1, places + threads);
    assertThat(fairShare.inFlight()).isZero();
    int alone = takeAll(fairShare.join());
    assertThat(alone).isEqualTo(takeAll(places(places).join()));
  }

  private static void takeAndGive(FairShare fairShare, AtomicInteger most) {
    for (int round = 0; round < 20_000; round++) {
      try (FairShare.Share share = fairShare.join()) {
        takeAll(share);
        most.accumulateAndGet(fairShare.inFlight(), Math::max);
        while (share.own() > 0) {
          share.give();
        }
      }
    }
  }
}
