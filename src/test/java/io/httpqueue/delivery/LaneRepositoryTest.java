package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaneRepositoryTest {

  private static final Duration LEASE = Duration.ofSeconds(30);

  private TestDatabase database;
  private LaneRepository lanes;
  private WebhookId webhook;

  @BeforeEach
  void open() {
    database = TestPostgres.freshDatabase();
    lanes = new LaneRepository(database.jdbc(), Duration.ZERO);
    webhook = new WebhookId(new SampleRows(database.jdbc()).webhook());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private LaneStart wake() {
    return lanes.wake(List.of(webhook)).getFirst();
  }

  private void leaseRunsOut() {
    database.jdbc().sql("UPDATE delivery_lane SET lease_until = now() - interval '1 s'").update();
  }

  @Test
  void aWakeClaimsTheStartSoThatOthersLeaveTheLaneAlone() {
    assertThat(lanes.wake(List.of(webhook))).containsExactly(new LaneStart(webhook, 1));
    assertThat(lanes.wake(List.of(webhook))).isEmpty();
  }

  @Test
  void aLaneThatWasReleasedIsWokenWithTheNextEpoch() {
    LaneStart first = wake();
    assertThat(lanes.acquire(first, LEASE)).isPresent();
    assertThat(lanes.wake(List.of(webhook))).isEmpty();
    assertThat(lanes.release(first)).isTrue();
    assertThat(wake()).isEqualTo(new LaneStart(webhook, 2));
  }

  @Test
  void aLaneRunsFromWhenItTookItsLeaseUntilItGivesItUpOrLosesIt() {
    LaneStart start = wake();
    assertThat(lanes.running(List.of(webhook))).isEmpty();
    lanes.acquire(start, LEASE);
    assertThat(lanes.running(List.of(webhook))).containsExactly(webhook);
    leaseRunsOut();
    assertThat(lanes.running(List.of(webhook))).isEmpty();
    assertThat(lanes.renew(List.of(start), LEASE)).hasSize(1);
    assertThat(lanes.running(List.of(webhook))).containsExactly(webhook);
    lanes.release(start);
    assertThat(lanes.running(List.of(webhook))).isEmpty();
  }

  @Test
  void aLaneStartsOnceForAWake() {
    LaneStart start = wake();
    assertThat(lanes.acquire(start, LEASE)).isPresent();
    assertThat(lanes.acquire(start, LEASE)).isEmpty();
  }

  @Test
  void aStartOfAnEarlierWakeFindsItsPlaceTaken() {
    LaneStart lost = wake();
    leaseRunsOut();
    LaneStart next = wake();
    assertThat(lanes.acquire(lost, LEASE)).isEmpty();
    assertThat(lanes.acquire(next, LEASE)).isPresent();
  }

  @Test
  void aStartThatNeverCameIsNoInterruption() {
    wake();
    leaseRunsOut();
    assertThat(lanes.acquire(wake(), LEASE).orElseThrow().interrupted()).isEqualTo(false);
  }

  @Test
  void aLaneThatEndedWithoutReleaseIsAnInterruptionUntilOneEndsWell() {
    lanes.acquire(wake(), LEASE);
    leaseRunsOut();
    LaneStart second = wake();
    assertThat(lanes.acquire(second, LEASE).orElseThrow().interrupted()).isEqualTo(true);
    leaseRunsOut();
    LaneStart third = wake();
    leaseRunsOut();
    LaneStart fourth = wake();
    assertThat(lanes.acquire(third, LEASE)).isEmpty();
    assertThat(lanes.acquire(fourth, LEASE).orElseThrow().interrupted()).isEqualTo(true);
    lanes.release(fourth);
    assertThat(lanes.acquire(wake(), LEASE).orElseThrow().interrupted()).isEqualTo(false);
  }

  @Test
  void aLaneThatRanIsNotTakenOverRightAfterAStartOfPostgres() {
    LaneRepository afterAStart = new LaneRepository(database.jdbc(), Duration.ofDays(1));
    LaneStart woken = wake();
    leaseRunsOut();
    LaneStart running = afterAStart.wake(List.of(webhook)).getFirst();
    assertThat(running.epoch()).as("it had not run").isEqualTo(woken.epoch() + 1);
    lanes.acquire(running, LEASE);
    leaseRunsOut();
    assertThat(afterAStart.wake(List.of(webhook))).isEmpty();
    assertThat(lanes.release(running)).as("its server has time to end it").isTrue();
    assertThat(afterAStart.wake(List.of(webhook))).hasSize(1);
  }

  @Test
  void onlyLeasesThatAreStillHeldAreRenewed() {
    WebhookId other = new WebhookId(new SampleRows(database.jdbc()).webhook());
    LaneStart held = wake();
    LaneStart lost = lanes.wake(List.of(other)).getFirst();
    lanes.acquire(held, LEASE);
    lanes.acquire(lost, LEASE);
    lanes.stop(other);
    assertThat(lanes.renew(List.of(held, lost), LEASE)).containsExactly(held);
  }

  @Test
  void aReleaseAfterTheLeaseWasLostChangesNothing() {
    LaneStart old = wake();
    lanes.acquire(old, LEASE);
    leaseRunsOut();
    LaneStart taken = wake();
    lanes.acquire(taken, LEASE);
    assertThat(lanes.release(old)).isFalse();
    assertThat(lanes.renew(List.of(taken), LEASE)).containsExactly(taken);
  }

  @Test
  void stoppingALaneTellsHowLongItMayGoOnWithoutHearingOfIt() {
    assertThat(lanes.stop(webhook)).isEmpty();
    LaneStart start = wake();
    assertThat(lanes.stop(webhook).orElseThrow().leaseLeft()).isZero();
    assertThat(lanes.acquire(start, LEASE)).isEmpty();
    lanes.acquire(wake(), LEASE);
    assertThat(lanes.stop(webhook).orElseThrow().leaseLeft())
        .isBetween(LEASE.minusSeconds(20), LEASE);
  }

  @Test
  void theConditionOfALaneIsHandedOnToTheNext() {
    LaneCondition condition =
        new LaneCondition(
            Duration.ZERO,
            Duration.ofSeconds(40),
            7,
            2,
            Duration.ZERO,
            Duration.ofHours(30),
            Duration.ofSeconds(50));
    LaneStart first = wake();
    assertThat(lanes.acquire(first, LEASE).orElseThrow().condition()).isEqualTo(LaneCondition.NEW);
    lanes.release(first, condition, Duration.ZERO);
    LaneCondition found = lanes.acquire(wake(), LEASE).orElseThrow().condition();
    assertThat(found.throttledFor()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
    assertThat(found.failures()).isEqualTo(7);
    assertThat(found.failedProbes()).isEqualTo(2);
    assertThat(found.probeIn()).isEqualTo(Duration.ZERO);
    assertThat(found.failingFor()).isBetween(Duration.ofHours(30), Duration.ofHours(31));
    assertThat(found.rateFullIn()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(50));
  }

  @Test
  void aLaneThatWaitsForItsReceiverIsNotWokenBeforeItsTime() {
    LaneStart start = wake();
    lanes.acquire(start, LEASE);
    LaneCondition waiting =
        new LaneCondition(
            Duration.ofMinutes(5), Duration.ofMinutes(5), 0, 0, null, null, Duration.ZERO);
    lanes.release(start, waiting, Duration.ZERO);
    assertThat(lanes.wake(List.of(webhook))).isEmpty();
    database.jdbc().sql("UPDATE delivery_lane SET waits_until = now()").update();
    assertThat(lanes.wake(List.of(webhook))).hasSize(1);
  }

  @Test
  void theLaneOfAWebhookThatIsHeldIsNotWoken() {
    database.jdbc().sql("UPDATE webhook SET paused_at = now()").update();
    assertThat(lanes.wake(List.of(webhook))).isEmpty();
    database.jdbc().sql("UPDATE webhook SET paused_at = NULL, active = false").update();
    assertThat(lanes.wake(List.of(webhook))).isEmpty();
    database.jdbc().sql("UPDATE webhook SET deleted_at = now()").update();
    assertThat(lanes.wake(List.of(webhook))).hasSize(1);
  }

  @Test
  void ofManyWhoWakeALaneAtOnceOneIsToStartIt() throws Exception {
    List<WebhookId> webhooks =
        Stream.generate(() -> new WebhookId(new SampleRows(database.jdbc()).webhook()))
            .limit(20)
            .toList();
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      Callable<List<LaneStart>> wakeAll = () -> lanes.wake(webhooks);
      List<LaneStart> woken = new ArrayList<>();
      for (Future<List<LaneStart>> future :
          executor.invokeAll(Stream.generate(() -> wakeAll).limit(16).toList())) {
        woken.addAll(future.get());
      }
      assertThat(woken)
          .extracting(LaneStart::webhookId)
          .containsExactlyInAnyOrderElementsOf(webhooks);
    }
  }
}
