package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.database.UuidV7;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogPaceTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /** A turn takes a tenth of a second. */
  private static final int RATE = 10 * BacklogPace.TURN;

  private static final long TURN_NANOS = Duration.ofMillis(100).toNanos();
  private static final int MANY = 1_000;
  private static final int EVENTS = 400;
  private static final DueDelivery OLD = made(NOW.minus(BacklogPace.LONG_AGO).minusMillis(1));
  private static final DueDelivery YOUNG = made(NOW.minus(BacklogPace.LONG_AGO));

  private final IntakePrecedence intake = new IntakePrecedence();
  private final BacklogPace pace = new BacklogPace(intake, RATE, Clock.fixed(NOW, ZoneOffset.UTC));

  /** Of the monotonic clock. */
  private long now;

  @BeforeEach
  void accept() {
    assertThat(intake.<String>goFirst(() -> "committed")).isEqualTo("committed");
    now = System.nanoTime();
  }

  private static DueDelivery made(Instant at) {
    return new DueDelivery(UuidV7.floor(at), new UUID(0, 0), 1, 15, Long.MAX_VALUE, null, false);
  }

  private boolean lets(BacklogPace.Lane lane) {
    return lane.lets(OLD, MANY, now);
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
  void nothingIsHeldThatHasComeWithinTheLastMinute() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    assertThat(lane.lets(YOUNG, MANY, now)).isTrue();
    assertThat(lets(lane)).isFalse();
  }

  @Test
  void nothingIsHeldWhereAFewAreReady() {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    assertThat(lane.lets(OLD, BacklogPace.WORTH_HOLDING - 1, now)).isTrue();
    assertThat(lane.lets(OLD, BacklogPace.WORTH_HOLDING, now)).isFalse();
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
      for (long held = 0; held < BacklogPace.LONGEST_HOLD.toNanos(); held += TURN_NANOS) {
        assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
        now += TURN_NANOS;
      }
      assertThat(startAll(lane)).isEqualTo(MANY);
      now += BacklogPace.BREAK.toNanos() - 1;
      assertThat(startAll(lane)).as("goes on").isEqualTo(MANY);
      now += BacklogPace.BREAK.toNanos();
      assertThat(startAll(pace.join())).as("another one").isEqualTo(BacklogPace.TURN);
    }
  }

  @Test
  void aLaneSleepsUntilItsTurn() throws InterruptedException {
    BacklogPace.Lane lane = pace.join();
    assertThat(startAll(lane)).isEqualTo(BacklogPace.TURN);
    assertThat(lets(lane)).isFalse();
    assertThat(lane.sleep(now)).isTrue();
    assertThat(System.nanoTime() - now).isGreaterThanOrEqualTo(TURN_NANOS);
    now = System.nanoTime();
    assertThat(lets(lane)).isTrue();
    assertThat(lane.sleep(now)).isFalse();
    assertThat(pace.heldBack()).isZero();
  }

  @Test
  void whatWaitedOnAServerThatIsPushedToIsHeldBackAndArrivesWhole() {
    // Postgres makes the ids of deliveries, and is behind: all of them look old.
    Clock ahead = Clock.offset(Clock.systemUTC(), BacklogPace.LONG_AGO.multipliedBy(2));
    try (TestDatabase database = TestPostgres.freshDatabase();
        ScriptedReceiver receiver = ScriptedReceiver.start();
        TestServer server =
            TestServer.startAt(ahead, database, "httpqueue.delivery.backlog-rate=100")) {
      DeliveryClient client = new DeliveryClient(server, "held");
      String webhook = client.register(receiver.url("/").toString(), "waiting");
      var _ =
          client
              .stub()
              .pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(webhook).build());
      for (int i = 0; i < EVENTS; i++) {
        client.push("waiting");
      }
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
