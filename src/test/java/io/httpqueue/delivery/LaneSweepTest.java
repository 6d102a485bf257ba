package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LaneSweepTest {

  private static TestDatabase database;
  private static SampleRows rows;

  /** Takes calls, and so sweeps nothing by itself. */
  private static TestServer server;

  private final AtomicLong nanos = new AtomicLong();

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    rows = new SampleRows(database.jdbc());
    server = TestServer.start(database, "httpqueue.roles=api");
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @Test
  void aSearchThatTookLongRestsAndOnlyLanesThatLostTheirServerAreWokenMeanwhile() {
    LaneSweep sweep = sweepThatTakes(Duration.ofSeconds(1));
    UUID first = webhookWithDueDelivery();
    sweep.sweep();
    assertThat(isWoken(first)).isTrue();

    UUID due = webhookWithDueDelivery();
    UUID lost = rows.webhook();
    loseLane(lost);
    nanos.addAndGet(Duration.ofSeconds(15).toNanos());
    sweep.sweep();
    assertThat(isWoken(lost)).isTrue();
    assertThat(isWoken(due)).isFalse();

    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    sweep.sweep();
    assertThat(isWoken(due)).isTrue();
  }

  @Test
  void noSearchRestsForMoreThanAMinute() {
    LaneSweep sweep = sweepThatTakes(Duration.ofSeconds(30));
    sweep.sweep();
    UUID due = webhookWithDueDelivery();
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    sweep.sweep();
    assertThat(isWoken(due)).isFalse();
    sweep.sweep();
    assertThat(isWoken(due)).isTrue();
  }

  @Test
  void aSearchThatTakesNoTimeIsMadeEachTime() {
    LaneSweep sweep = sweepThatTakes(Duration.ZERO);
    sweep.sweep();
    UUID due = webhookWithDueDelivery();
    sweep.sweep();
    assertThat(isWoken(due)).isTrue();
  }

  private LaneSweep sweepThatTakes(Duration time) {
    return new LaneSweep(
        database.jdbc(), server.part(LaneWaker.class), () -> nanos.getAndAdd(time.toNanos()));
  }

  private static UUID webhookWithDueDelivery() {
    UUID webhook = rows.webhook();
    rows.deliveries(webhook, "PENDING", 0, 0, 1);
    return webhook;
  }

  private static void loseLane(UUID webhook) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO delivery_lane (webhook_id, epoch, interrupted, lease_until)
            VALUES (?, 1, true, now() - interval '1 minute')
            """)
        .param(webhook)
        .update();
  }

  /** Whether the start of its lane was asked for just now. */
  private static boolean isWoken(UUID webhook) {
    return database
            .jdbc()
            .sql("SELECT count(*) FROM delivery_lane WHERE webhook_id = ? AND lease_until > now()")
            .param(webhook)
            .query(Long.class)
            .single()
        == 1;
  }
}
