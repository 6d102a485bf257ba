package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.database.UuidV7;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries that are handed over unread must be sent as if they had been read: once. */
class LaneBacklogTest {

  private static final UUID LONG_AGO = new UUID(0, 0);

  /** When a lane began, by Postgres' clock. */
  private final Instant began = Instant.now();

  private static TestDatabase database;
  private static SampleRows rows;
  private WebhookId webhook;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
    rows = new SampleRows(database.jdbc());
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void newWebhook() {
    webhook = new WebhookId(rows.webhook());
  }

  @Test
  void whatIsHandedOverToALaneThatHasReadAllIsNotRead() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    NewDelivery unstored = delivery(new UUID(1L << 20, 1), Duration.ZERO);
    backlog.takeOver(List.of(unstored));
    assertThat(sent(backlog)).containsExactly(unstored.id());
  }

  @Test
  void whileMoreIsToBeReadWhatIsHandedOverIsReadInItsTurn() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.takeOver(List.of(delivery(new UUID(1L << 20, 1), Duration.ZERO)));
    backlog.refill();
    assertThat(backlog.hasReady()).isFalse();
  }

  @Test
  void whatWasReadAndSettledIsNotSentAgainWhenItIsHandedOverLate() {
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID id = onlyDelivery();
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(id);
    settle(id);
    backlog.settled(id, null);
    backlog.rewind(System.nanoTime());
    backlog.refill();

    backlog.takeOver(List.of(delivery(id, Duration.ZERO)));
    backlog.refill();
    assertThat(sent(backlog)).isEmpty();
  }

  @Test
  void whatALaneBeforeMayHaveSentIsRead() {
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID id = onlyDelivery();
    LaneBacklog backlog = backlog(new UUID(id.getMostSignificantBits(), -1));
    settle(id);
    backlog.refill();

    backlog.takeOver(List.of(delivery(id, Duration.ZERO)));
    backlog.refill();
    assertThat(sent(backlog)).isEmpty();
  }

  @Test
  void whatIsHandedOverLongAfterItsCommitIsReadAsItMayHaveBeenCancelled() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID id = onlyDelivery();
    settle(id);
    backlog.takeOver(List.of(delivery(id, Duration.ofSeconds(2))));
    backlog.refill();
    assertThat(sent(backlog)).isEmpty();
  }

  @Test
  void whatWasClaimedOfALaneBeforeIsNotTakenOverAsWell() {
    LaneBacklog backlog = backlog(LONG_AGO);
    NewDelivery claimed = delivery(new UUID(1L << 20, 1), Duration.ZERO);
    backlog.addClaimed(List.of(claimed.due()));
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(claimed.id());
    backlog.settled(claimed.id(), null);

    backlog.takeOver(List.of(claimed));
    backlog.refill();
    assertThat(sent(backlog)).isEmpty();
  }

  @Test
  void whatWasCancelledBeforeItIsHandedOverIsNotSent() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    NewDelivery cancelled = delivery(new UUID(1L << 20, 1), Duration.ZERO);
    backlog.drop(cancelled.id());
    backlog.takeOver(List.of(cancelled));
    backlog.refill();
    assertThat(sent(backlog)).isEmpty();
  }

  @Test
  void aLaneThatEndsIsNotKeptBusyByWhatIsHandedOverToIt() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    backlog.close();
    backlog.takeOver(List.of(delivery(new UUID(1L << 20, 1), Duration.ZERO)));
    assertThat(backlog.isSettled()).isTrue();
  }

  @Test
  void whatIsCommittedBehindWhatWasHandedOverIsReadOnceItIsToldOf() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    UUID last = new UUID(Long.MAX_VALUE, 1);
    backlog.takeOver(List.of(delivery(last, Duration.ZERO)));
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID late = onlyDelivery();
    backlog.firstAttemptsFrom(UuidV7.floor(late));
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(last, late);
  }

  @Test
  void whatIsHandedOverByTwoServersIsTakenOnceInWhateverOrderItComes() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    NewDelivery first = delivery(UuidV7.floor(began), Duration.ZERO);
    NewDelivery second = delivery(UuidV7.floor(began.plusMillis(1)), Duration.ZERO);
    NewDelivery third = delivery(UuidV7.floor(began.plusMillis(2)), Duration.ZERO);
    backlog.takeOver(List.of(first, third));
    assertThat(sent(backlog)).containsExactly(first.id(), third.id());
    backlog.settled(third.id(), null);

    backlog.takeOver(List.of(second, third));
    assertThat(sent(backlog)).containsExactly(second.id());
    assertThat(backlog.hasMoreToRead()).isFalse();
  }

  @Test
  void whatHasToBeReadIsReadThoughMoreWasHandedOverWithItThatHasNot() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID old = onlyDelivery();
    UUID later = new UUID(Long.MAX_VALUE, 1);
    backlog.takeOver(List.of(delivery(old, Duration.ofSeconds(2)), delivery(later, Duration.ZERO)));
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(later, old);
  }

  @Test
  void whatIsHandedOverAfterARestWithASmallerIdIsReadAsItMayHaveBeenSent() {
    LaneBacklog backlog = backlog(LONG_AGO);
    backlog.refill();
    NewDelivery earlier = delivery(UuidV7.floor(began), Duration.ZERO);
    NewDelivery later = delivery(UuidV7.floor(began.plusMillis(1)), Duration.ZERO);
    backlog.takeOver(List.of(later));
    assertThat(sent(backlog)).containsExactly(later.id());
    backlog.settled(later.id(), null);
    backlog.rested();

    backlog.takeOver(List.of(earlier));
    assertThat(sent(backlog)).isEmpty();
    assertThat(backlog.hasMoreToRead()).isTrue();
  }

  @Test
  void whatWasCommittedSinceTheLastLookOrJustBeforeIsFoundByLookingBehind() {
    LaneBacklog backlog = aheadOfAll(began);
    UUID late = insertedAt(began.minusSeconds(10));
    backlog.lookBehind(System.nanoTime() + Duration.ofMinutes(1).toNanos());
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(late);
    backlog.settled(late, null);

    UUID later = insertedAt(began.plusSeconds(50));
    backlog.lookBehind(System.nanoTime() + Duration.ofMinutes(2).toNanos());
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(later);
  }

  @Test
  void whatIsOlderBehindTheCursorIsReadOnlyEveryFiveMinutesOrWhenTheLaneIsToLookAgain() {
    LaneBacklog backlog = aheadOfAll(began);
    UUID missed = insertedAt(began.minusSeconds(20));
    backlog.lookBehind(System.nanoTime());
    backlog.refill();
    assertThat(backlog.hasReady()).isFalse();

    backlog.lookBehind(System.nanoTime() + Duration.ofMinutes(5).toNanos());
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(missed);
    backlog.settled(missed, null);

    backlog.rewind(System.nanoTime());
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(missed);
  }

  @Test
  void aLaneThatIsToldThatItMissedSomethingReadsNoMoreThanTheLastSeconds() throws Exception {
    LaneBacklog backlog = aheadOfAll(began);
    LookBehind lookBehind = new LookBehind(backlog);
    UUID old = insertedAt(began.minusSeconds(20));
    UUID recent = insertedAt(began.minusSeconds(5));
    lookBehind.lookIfDue();
    backlog.refill();
    assertThat(backlog.hasReady()).isFalse();

    lookBehind.soon(new Places(1).take(Duration.ZERO));
    lookBehind.lookIfDue();
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(recent);
    settle(recent);
    backlog.settled(recent, null);

    lookBehind.again();
    lookBehind.lookIfDue();
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(old);
  }

  @Test
  void othersWaitForALaneUntilItHasLookedOrEnds() throws Exception {
    LookBehind lookBehind = new LookBehind(aheadOfAll(began));
    Places places = new Places(1);
    lookBehind.soon(places.take(Duration.ZERO));
    assertThat(places.take(Duration.ZERO).isHeld()).isFalse();
    lookBehind.letOthersLook();

    lookBehind.soon(places.take(Duration.ZERO));
    assertThat(places.take(Duration.ZERO).isHeld()).isFalse();
    lookBehind.end();

    lookBehind.soon(places.take(Duration.ZERO));
    assertThat(places.take(Duration.ZERO).isHeld()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasHandedOutAndNotAttemptedIsReadAgainHoweverOldItIs(boolean ordered) {
    UUID id = insertedAt(began.minus(Duration.ofHours(1)));
    LaneBacklog backlog = backlog(UuidV7.floor(began), ordered);
    backlog.refill();
    DueDelivery handedOut = Objects.requireNonNull(backlog.poll());
    backlog.refill();
    assertThat(backlog.hasReady()).isFalse();

    backlog.notMade(handedOut);
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(id);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasDroppedIsReadAgainIfTheLaneGoesOn(boolean ordered) {
    UUID id = insertedAt(began.minus(Duration.ofHours(1)));
    LaneBacklog backlog = backlog(UuidV7.floor(began), ordered);
    backlog.refill();
    assertThat(backlog.dropReady()).hasSize(1);
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(id);
  }

  @Test
  void whatIsPutBackIsTheNextInItsOrder() {
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 3);
    LaneBacklog backlog = backlog(UuidV7.floor(began));
    backlog.refill();
    DueDelivery first = Objects.requireNonNull(backlog.poll());
    DueDelivery second = Objects.requireNonNull(backlog.poll());
    DueDelivery third = Objects.requireNonNull(backlog.peek());

    backlog.putBack(List.of(first, second));
    backlog.refill();
    assertThat(sent(backlog)).containsExactly(first.id(), second.id(), third.id());
  }

  private LaneBacklog backlog(UUID since) {
    return backlog(since, false);
  }

  private LaneBacklog backlog(UUID since, boolean ordered) {
    KeyOrder order =
        ordered ? new KeyOrder(webhook, new KeyOrderRepository(database.jdbc()), false) : null;
    return new LaneBacklog(webhook, since, new DueDeliveryRepository(database.jdbc()), order, 100);
  }

  /** One whose cursor is ahead of all that may be committed. */
  private LaneBacklog aheadOfAll(Instant began) {
    LaneBacklog backlog = backlog(UuidV7.floor(began));
    backlog.refill();
    UUID last = new UUID(Long.MAX_VALUE, 1);
    backlog.takeOver(List.of(delivery(last, Duration.ZERO)));
    assertThat(sent(backlog)).containsExactly(last);
    return backlog;
  }

  private UUID insertedAt(Instant moment) {
    rows.deliveries(webhook.value(), "PENDING", 0, 0, 1);
    UUID id = UuidV7.floor(moment);
    database
        .jdbc()
        .sql(
            """
            UPDATE delivery SET id = ?
            WHERE id = (
              SELECT id FROM delivery WHERE webhook_id = ? ORDER BY id DESC LIMIT 1)
            """)
        .params(id, webhook.value())
        .update();
    return id;
  }

  private NewDelivery delivery(UUID id, Duration age) {
    long now = System.nanoTime();
    return new NewDelivery(
        id,
        webhook,
        new UUID(0, 1),
        15,
        now - age.toNanos(),
        now + Duration.ofHours(1).toNanos(),
        null);
  }

  private static List<UUID> sent(LaneBacklog backlog) {
    List<UUID> ids = new ArrayList<>();
    for (@Nullable DueDelivery next = backlog.poll(); next != null; next = backlog.poll()) {
      ids.add(next.id());
    }
    return ids;
  }

  private UUID onlyDelivery() {
    return database
        .jdbc()
        .sql("SELECT id FROM delivery WHERE webhook_id = ?")
        .param(webhook.value())
        .query(UUID.class)
        .single();
  }

  private static void settle(UUID id) {
    database.jdbc().sql("UPDATE delivery SET status = 'SUCCESS' WHERE id = ?").param(id).update();
  }
}
