package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.MovedClock;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogPaceTest {

  /** A turn takes a tenth of a second. */
  private static final int RATE = 10 * BacklogPace.TURN;

  private static final long TURN_NANOS = Duration.ofMillis(100).toNanos();
  private static final int MANY = 1_000;
  private static final int EVENTS = 200;

  private final IntakePrecedence intake = new IntakePrecedence();
  private final BacklogPace pace = new BacklogPace(intake, RATE);

  /** Of the monotonic clock. */
  private long now;

  @BeforeEach
  void accept() {
    assertThat(intake.<String>goFirst(() -> "committed")).isEqualTo("committed");
    now = System.nanoTime();
  }

  private DueDelivery due(Duration ago, Duration expiresIn) {
    UUID id = new UUID(0, 0);
    long since = now - ago.toNanos();
    return new DueDelivery(id, id, 1, 15, since, now + expiresIn.toNanos(), null, false);
  }

  private DueDelivery old() {
    return due(BacklogPace.LONG_AGO.plusNanos(1), Duration.ofDays(1));
  }

  private boolean lets(BacklogPace.Lane lane) {
    return lane.lets(old(), MANY, now);
  }

  /** Starts as much as the lane may now. */
  private int startAll(BacklogPace.Lane lane) {
    int started = 0;
    while (started < MANY && lets(lane)) {
      lane.started();
      started++;
    }
    return started;
  }

  @Test
  void aBacklogStartsInTurnsWhileEventsAreAccepted() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    now += TURN_NANOS - 1;
    assertThat(startAll(lane)).isZero();
    now += 1;
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
  }

  @Test
  void lanesHaveTheirTurnsOneAfterTheOtherInTheOrderInWhichTheyAsk() {
    List<BacklogPace.Lane> lanes = Stream.generate(pace::join).limit(3).toList();
    // The first one has its turn, and is also the first to ask for another.
    assertThat(lanes).extracting(this::startAll).containsExactly(BacklogPace.TURN, 0, 0);
    for (int next = 0; next < lanes.size(); next++) {
      now += TURN_NANOS;
      BacklogPace.Lane lane = lanes.get(next);
      assertThat(lanes).filteredOn(this::lets).containsExactly(lane);
      assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    }
  }

  @Test
  void whatALaneLeavesOfItsTurnItMayStartLater() {
    BacklogPace.Lane lane = pace.join();
    assertThat(lets(lane)).isTrue();
    lane.started();
    now += TURN_NANOS / 2;
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN - 1);
  }

  @Test
  void nothingIsHeldThatHasBecomeDueWithinTheLastMinute() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    assertThat(lane.lets(due(BacklogPace.LONG_AGO, Duration.ofDays(1)), MANY, now)).isTrue();
    assertThat(lets(lane)).isFalse();
  }

  @Test
  void nothingIsHeldThatCouldExpireMeanwhile() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    Duration old = BacklogPace.LONG_AGO.plusNanos(1);
    assertThat(lane.lets(due(old, BacklogPace.LONGEST_HOLD), MANY, now)).isTrue();
    assertThat(lane.lets(due(old, BacklogPace.LONGEST_HOLD.plusNanos(1)), MANY, now)).isFalse();
  }

  @Test
  void nothingIsHeldWhereAFewAreReady() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    assertThat(lane.lets(old(), BacklogPace.WORTH_HOLDING - 1, now)).isTrue();
    assertThat(lane.lets(old(), BacklogPace.WORTH_HOLDING, now)).isFalse();
  }

  @Test
  void nothingIsHeldOnceNothingHasBeenAcceptedForASecond() {
    // Each has a turn, which the last would have to wait for.
    List<BacklogPace.Lane> lanes = Stream.generate(pace::join).limit(100).toList();
    assertThat(lanes).extracting(this::startAll).containsSequence(BacklogPace.TURN, 0, 0);
    now += IntakePrecedence.LATELY.toNanos();
    assertThat(lanes).allMatch(lane -> startAll(lane) == MANY);
  }

  @Test
  void noLaneWaitsForItsTurnForMoreThanASecond() throws InterruptedException {
    List<BacklogPace.Lane> lanes = Stream.generate(pace::join).limit(100).toList();
    try (HeldCommit _ = new HeldCommit(intake)) {
      assertThat(lanes).filteredOn(this::lets).hasSize(1);
      now += BacklogPace.PATIENCE.toNanos();
      assertThat(lanes).allMatch(this::lets);
      assertThat(startAll(lanes.getLast())).isEqualTo(BacklogPace.TURN);
    }
  }

  @Test
  void noBacklogIsHeldForMoreThanFiveMinutes() throws InterruptedException {
    try (HeldCommit _ = new HeldCommit(intake)) {
      BacklogPace.Lane lane = pace.join();
      assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
      long end = now + BacklogPace.LONGEST_HOLD.toNanos();
      while (now + TURN_NANOS < end) {
        now += TURN_NANOS;
        assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
      }
      now += TURN_NANOS;
      assertThat(startAll(lane)).isEqualTo(MANY);
      now += BacklogPace.BREAK.toNanos() - 1;
      assertThat(startAll(lane)).as("goes on").isEqualTo(MANY);
      now += BacklogPace.BREAK.plus(BacklogPace.PATIENCE).toNanos();
      assertThat(startAll(pace.join())).as("another one").isEqualTo(BacklogPace.TURN);
    }
  }

  @Test
  void aBacklogIsHeldAlsoWhereAFewHadTheirTurnsForLongBefore() throws InterruptedException {
    try (HeldCommit _ = new HeldCommit(intake)) {
      long end = now + BacklogPace.LONGEST_HOLD.toNanos();
      while (now < end) {
        assertThat(lets(pace.join())).isTrue();
        now += Duration.ofSeconds(5).toNanos();
      }
      assertThat(startAll(pace.join())).isEqualTo(BacklogPace.TURN);
    }
  }

  @Test
  void aLaneSleepsUntilItsTurnButNotForLong() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    Duration left = Duration.ofMillis(15);
    now += TURN_NANOS - left.toNanos();
    assertThat(lane.nanosToSleep(0, now)).isEqualTo(left.toNanos());
    assertThat(lane.nanosToSleep(1, now)).isEqualTo(left.toNanos());
    now -= Duration.ofMillis(50).toNanos();
    assertThat(lane.nanosToSleep(0, now)).isEqualTo(Duration.ofMillis(65).toNanos());
    assertThat(lane.nanosToSleep(1, now)).isEqualTo(Duration.ofMillis(20).toNanos());
    BacklogPace.Lane other = pace.join();
    assertThat(lets(other)).isFalse();
    assertThat(other.nanosToSleep(0, now)).isEqualTo(Duration.ofMillis(100).toNanos());
    assertThat(lane.nanosToSleep(0, now + TURN_NANOS)).isZero();
  }

  @Test
  void whatDidNotStartAfterAllMayStartInTheSameTurn() {
    BacklogPace.Lane lane = pace.join();
    assertThat(lets(lane)).isTrue();
    lane.started();
    lane.notStarted();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
  }

  @Test
  void whatWaitedOnAServerThatIsPushedToIsHeldBackAndArrivesWhole() {
    try (TestDatabase database = TestPostgres.emptyDatabase();
        ScriptedReceiver receiver = ScriptedReceiver.start()) {
      MovedClock clock = MovedClock.of(database);
      try (TestServer server =
          TestServer.startAt(clock, database, "httpqueue.delivery.backlog-rate=1")) {
        DeliveryClient client = new DeliveryClient(server, "held");
        String webhook = client.register(receiver.url("/").toString(), "waiting");
        var _ =
            client
                .stub()
                .pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(webhook).build());
        for (int i = 0; i < EVENTS; i++) {
          client.push("waiting");
        }
        clock.advance(BacklogPace.LONG_AGO.multipliedBy(2));
        var _ =
            client
                .stub()
                .resumeWebhook(ResumeWebhookRequest.newBuilder().setWebhookId(webhook).build());
        BacklogPace held = server.part(BacklogPace.class);
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> client.push("other"), _ -> held.heldBack() > 0);
        assertThat(receiver.requests()).hasSizeLessThan(EVENTS);
        await().atMost(Duration.ofSeconds(30)).until(() -> receiver.requests().size() >= EVENTS);
        assertThat(receiver.requests()).hasSize(EVENTS);
      }
    }
  }
}
