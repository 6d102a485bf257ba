package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DueDeliveryRepositoryTest {

  private static final UUID START = new UUID(0, 0);

  private static TestDatabase database;
  private static SampleRows rows;
  private static DueDeliveryRepository deliveries;
  private WebhookId webhook;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
    rows = new SampleRows(database.jdbc());
    deliveries = new DueDeliveryRepository(database.jdbc());
    UUID other = rows.webhook();
    rows.deliveries(other, "SUCCESS", 1, 0, 20_000);
    rows.deliveries(other, "PENDING", 0, 0, 2_000);
    rows.deliveries(other, "RETRYING", 1, 60, 2_000);
    rows.analyze();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void newWebhook() {
    webhook = new WebhookId(rows.webhook());
  }

  private void have(String status, int attempts, int dueInSeconds, int count) {
    rows.deliveries(webhook.value(), status, attempts, dueInSeconds, count);
  }

  /** A lane of the webhook that holds its lease. */
  private LaneStart lane() {
    LaneRepository lanes = new LaneRepository(database.jdbc(), Duration.ZERO);
    LaneStart start = lanes.wake(List.of(webhook)).getFirst();
    lanes.acquire(start, Duration.ofMinutes(1));
    return start;
  }

  private List<String> statuses() {
    return database
        .jdbc()
        .sql("SELECT status::text FROM delivery WHERE webhook_id = ? ORDER BY id")
        .param(webhook.value())
        .query((row, _) -> row.getString(1))
        .list();
  }

  @Test
  void firstAttemptsAreReadInOrderBehindTheCursor() {
    have("PENDING", 0, 0, 5);
    have("RETRYING", 1, 0, 1);
    List<DueDelivery> first = deliveries.firstAttempts(webhook, START, 3);
    List<DueDelivery> rest = deliveries.firstAttempts(webhook, first.getLast().id(), 3);
    assertThat(first).hasSize(3);
    assertThat(rest).hasSize(2);
    assertThat(first.getFirst().attempt()).isEqualTo(1);
    assertThat(first.getFirst().id()).isLessThan(first.getLast().id());
    assertThat(first.getLast().id()).isLessThan(rest.getFirst().id());
  }

  @Test
  void onlyRetriesThatAreDueAreReadAndTheNextOneIsKnown() {
    have("RETRYING", 2, -1, 2);
    have("RETRYING", 1, 60, 1);
    assertThat(deliveries.retries(webhook, 10))
        .extracting(DueDelivery::attempt)
        .containsExactly(3, 3);
    assertThat(deliveries.nextRetry(webhook)).hasValue(Duration.ZERO);
    database
        .jdbc()
        .sql("DELETE FROM delivery WHERE webhook_id = ? AND next_attempt_at < now()")
        .param(webhook.value())
        .update();
    assertThat(deliveries.nextRetry(webhook).orElseThrow())
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThat(deliveries.isDue(webhook)).isFalse();
  }

  @Test
  void aRetryIsDueSinceItsTimeAndAFirstAttemptSinceItWasMade() {
    Duration rounding = Duration.ofMillis(2);
    long started = System.nanoTime();
    have("RETRYING", 1, -120, 1);
    have("PENDING", 0, 0, 1);
    DueDelivery retry = deliveries.retries(webhook, 1).getFirst();
    DueDelivery first = deliveries.firstAttempts(webhook, START, 1).getFirst();
    long now = System.nanoTime();
    Duration sinceStart = Duration.ofNanos(now - started).plus(rounding);
    assertThat(Duration.ofNanos(now - first.dueSinceNanos()))
        .isBetween(rounding.negated(), sinceStart);
    Duration late = Duration.ofMinutes(2);
    assertThat(Duration.ofNanos(now - retry.dueSinceNanos()))
        .isBetween(late.minus(rounding), late.plus(sinceStart));
  }

  @Test
  void whatALaneBeforeLeftInFlightIsRecordedAndDueAtOnce() {
    have("SENDING", 1, 0, 2);
    assertThat(deliveries.isDue(webhook)).isTrue();
    assertThat(deliveries.recoverInterrupted(lane(), false)).isEmpty();
    assertThat(statuses()).containsOnly("RETRYING");
    assertThat(deliveries.retries(webhook, 10))
        .extracting(DueDelivery::attempt)
        .containsExactly(2, 2);
    assertThat(
            database
                .jdbc()
                .sql(
                    "SELECT count(*) FROM delivery_attempt JOIN delivery ON id = delivery_id WHERE"
                        + " webhook_id = ? AND error IS NOT NULL")
                .param(webhook.value())
                .query((row, _) -> row.getInt(1))
                .single())
        .isEqualTo(2);
  }

  @Test
  void aDeliveryThatKeepsKillingItsServerUsesUpItsAttempts() {
    LaneStart lane = lane();
    have("PENDING", 0, 0, 1);
    database
        .jdbc()
        .sql("UPDATE delivery SET max_attempts = 2 WHERE webhook_id = ?")
        .param(webhook.value())
        .update();
    assertThat(deliveries.claimSuspects(lane, 10))
        .extracting(DueDelivery::attempt)
        .containsExactly(1);
    deliveries.recoverInterrupted(lane, false);
    assertThat(deliveries.claimSuspects(lane, 10))
        .extracting(DueDelivery::attempt)
        .containsExactly(2);
    assertThat(deliveries.recoverInterrupted(lane, false))
        .extracting(EndedDelivery::status, EndedDelivery::attemptCount, EndedDelivery::errorClass)
        .containsExactly(tuple(DeliveryStatus.FAILED, 2, ErrorClass.INTERRUPTED));
    assertThat(statuses()).containsExactly("FAILED");
    assertThat(deliveries.claimSuspects(lane, 10)).isEmpty();
  }

  @Test
  void aLaneThatLostItsPlaceClaimsAndRecoversNothing() {
    LaneStart lane = lane();
    new LaneRepository(database.jdbc(), Duration.ZERO).stop(webhook);
    have("PENDING", 0, 0, 1);
    have("SENDING", 15, 0, 1);
    assertThat(deliveries.claimSuspects(lane, 10)).isEmpty();
    assertThat(deliveries.recoverInterrupted(lane, false)).isEmpty();
    assertThat(statuses()).containsExactly("PENDING", "SENDING");
  }

  @Test
  void markingAnAttemptAsSendingComesToNothingOnceItsOutcomeIsThere() {
    have("PENDING", 0, 0, 1);
    DueDelivery due = deliveries.firstAttempts(webhook, START, 1).getFirst();
    RunningAttempt running = new RunningAttempt(due.id(), 1, Duration.ofSeconds(2));
    deliveries.markSending(List.of(running));
    assertThat(statuses()).containsExactly("SENDING");
    database
        .jdbc()
        .sql("UPDATE delivery SET status = 'RETRYING' WHERE id = ?")
        .param(due.id())
        .update();
    deliveries.markSending(List.of(running));
    assertThat(statuses()).containsExactly("RETRYING");
  }

  @Test
  void cancellingLeavesWhatHasEnded() {
    have("PENDING", 0, 0, 1);
    have("RETRYING", 1, 60, 1);
    have("SENDING", 1, 0, 1);
    have("SUCCESS", 1, 0, 1);
    assertThat(deliveries.cancel(webhook, 10)).isEqualTo(3);
    assertThat(statuses()).containsExactly("CANCELLED", "CANCELLED", "CANCELLED", "SUCCESS");
    assertThat(deliveries.cancel(webhook, 10)).isZero();
  }

  @Test
  void whetherAnythingWaitsForAWebhookIsKnownWithoutAllThatWaits() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("webhooks", Stream.generate(UUID::randomUUID).limit(100).toArray(UUID[]::new));
    parameters.put("within", 20_000L);
    assertThat(new QueryPlans(database.jdbc()).of(DueDeliveryRepository.DUE_AMONG, parameters))
        .doesNotContain("hashed");
  }

  /** In a partition that exists; for others there is nothing to plan. */
  private static UUID newId() {
    return database
        .jdbc()
        .sql("SELECT uuid_v7(now())")
        .query((row, _) -> row.getObject(1, UUID.class))
        .single();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DueDeliveryRepository.FIRST_ATTEMPTS,
        DueDeliveryRepository.DUE_AMONG,
        DueDeliveryRepository.RETRIES,
        DueDeliveryRepository.NEXT_RETRY,
        DueDeliveryRepository.IS_DUE,
        DueDeliveryRepository.RECOVER_INTERRUPTED,
        DueDeliveryRepository.CLAIM,
        DueDeliveryRepository.MARK_SENDING,
        DueDeliveryRepository.CANCEL_FIRST_ATTEMPTS,
        DueDeliveryRepository.CANCEL_RETRIES,
        KeyOrderRepository.HEADS,
        KeyOrderRepository.IS_DUE_AFTER,
        KeyOrderRepository.CLAIM,
        KeyOrderRepository.TAKE_BACK,
        HeldExpiryRepository.EXPIRE_FIRST_ATTEMPTS,
        HeldExpiryRepository.EXPIRE_RETRIES,
        LaneSweep.WITH_DUE_WORK,
        EventContentReader.LOAD
      })
  void noStatementOfALaneReadsAWholeTable(String sql) {
    UUID id = newId();
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("webhook", webhook.value());
    parameters.put("epoch", 1L);
    parameters.put("first", START);
    parameters.put("last", id);
    parameters.put("after", START);
    parameters.put("at", OffsetDateTime.now(ZoneOffset.UTC));
    parameters.put("limit", 100);
    parameters.put("longest", 100);
    parameters.put("ids", new UUID[] {id});
    parameters.put("attempts", new Integer[] {1});
    parameters.put("ages", new Long[] {1L});
    parameters.put("from", "key");
    parameters.put("keys", new String[] {"key"});
    parameters.put("block", true);
    parameters.put("error", "lost");
    parameters.put("webhooks", new UUID[] {webhook.value()});
    parameters.put("within", 20_000L);
    assertThat(new QueryPlans(database.jdbc()).of(sql, parameters))
        .contains("Index")
        .doesNotContain("Seq Scan");
  }
}
