package io.httpqueue.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.database.UuidV7;
import io.httpqueue.event.EventRepository.Accepted;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class IdempotencyKeysTest {

  private static final Duration WINDOW = SampleEvents.SETTINGS.idempotencyWindow();

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final UuidV7 ids = new UuidV7(Clock.systemUTC(), new SecureRandom());
  private final EventRepository events = SampleEvents.repository(database.dataSource());
  private final IdempotencyKeys keys =
      new IdempotencyKeys(database.jdbc(), database.transactions(), SampleEvents.SETTINGS);

  @AfterEach
  void drop() {
    database.close();
  }

  private int accepted(String... withKeys) {
    return push(List.of(withKeys)).events().size();
  }

  private Accepted push(List<String> withKeys) {
    return accept(withKeys.stream().map(this::event).toList());
  }

  private Accepted accept(List<IdentifiedEvent> batch) {
    return events.accept(batch, 15);
  }

  private IdentifiedEvent event(String key) {
    return SampleEvents.event(ids.next(), key);
  }

  /** As if so much time had gone by. */
  private void age(Duration time) {
    database
        .jdbc()
        .sql("UPDATE idempotency_key SET expires_at = expires_at - :ms * interval '1 ms'")
        .param("ms", time.toMillis())
        .update();
    database
        .jdbc()
        .sql("UPDATE idempotency_slot SET since = since - :ms * interval '1 ms'")
        .param("ms", time.toMillis())
        .update();
  }

  private int slot() {
    return database.jdbc().sql("SELECT slot FROM idempotency_slot").query(Integer.class).single();
  }

  private long rows() {
    return database.jdbc().sql("SELECT count(*) FROM idempotency_key").query(Long.class).single();
  }

  @Test
  void ofTwoEventsWithOneKeyInABatchTheFirstIsAccepted() {
    List<IdentifiedEvent> batch = List.of(event("a"), event("a"), event("b"));

    Accepted accepted = accept(batch);

    assertThat(accepted.events()).containsOnlyKeys(batch.get(0).id(), batch.get(2).id());
    assertThat(keys.find(List.of(new IdempotencyKeys.Key("shop", "a"))))
        .hasEntrySatisfying(
            new IdempotencyKeys.Key("shop", "a"),
            holder -> assertThat(holder.eventId()).isEqualTo(batch.get(0).id()));
  }

  @Test
  void aKeyIsTakenForItsWindowHoweverManySlotsGoByAndFreeAfterwards() {
    accepted("k");
    Duration quarter = WINDOW.dividedBy(4);
    for (int i = 0; i < 3; i++) {
      age(quarter);
      keys.turn();
      assertThat(accepted("k")).isZero();
    }
    assertThat(slot()).isEqualTo(3);

    age(quarter);
    assertThat(accepted("k")).isOne();
    assertThat(accepted("k")).isZero();
  }

  @Test
  void aKeyWhoseTimeIsOverInTheCurrentSlotIsTakenAnew() {
    accepted("k");
    age(WINDOW);

    assertThat(accepted("k", "k")).isOne();
    assertThat(rows()).isOne();
  }

  @Test
  void slotsAreEmptiedBeforeTheirTurnComesAgainButNeverOfAKeyThatIsAlive() {
    for (int i = 0; i < 12; i++) {
      accepted("k" + i);
      age(WINDOW.dividedBy(4));
      keys.turn();
    }
    assertThat(slot()).isZero();
    assertThat(rows()).isEqualTo(5);

    database.jdbc().sql("UPDATE idempotency_key SET expires_at = now() + interval '9 h'").update();
    age(WINDOW.dividedBy(4));
    keys.turn();
    assertThat(slot()).isZero();
    assertThat(rows()).isEqualTo(5);
  }

  @Test
  void noKeyIsTakenTwiceWhileSlotsTurn() throws Exception {
    int pushers = 8;
    List<String> all = IntStream.range(0, 2_000).mapToObj(Integer::toString).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < pushers; i++) {
        counts.add(threads.submit(() -> pushAll(all)));
      }
      while (counts.stream().anyMatch(count -> !count.isDone()) && slot() < 5) {
        database.jdbc().sql("UPDATE idempotency_slot SET since = now() - interval '9 h'").update();
        keys.turn();
      }
      int sum = 0;
      for (Future<Integer> count : counts) {
        sum += count.get();
      }
      assertThat(sum).isEqualTo(all.size());
    }
  }

  /** All of them in an order of its own, a few at a time. */
  private int pushAll(List<String> all) {
    List<String> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled);
    int accepted = 0;
    for (int i = 0; i < shuffled.size(); i += 10) {
      accepted += push(shuffled.subList(i, i + 10)).events().size();
    }
    return accepted;
  }

  @Test
  void theLockAndTheStatementAfterItAreOneTransaction() {
    Long held =
        new JdbcTemplate(database.dataSource())
            .execute(
                IdempotencyKeys.HOLD_SLOT
                    + "; SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid ="
                    + " pg_backend_pid()",
                (java.sql.PreparedStatement statement) -> {
                  statement.execute();
                  statement.getMoreResults();
                  try (var rows = statement.getResultSet()) {
                    rows.next();
                    return rows.getLong(1);
                  }
                });
    assertThat(held).isOne();
    assertThat(((HikariDataSource) database.dataSource()).isAutoCommit()).isTrue();
  }
}
