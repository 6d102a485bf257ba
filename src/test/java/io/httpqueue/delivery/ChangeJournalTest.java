package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ChangeJournalTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final Duration SOON = Duration.ofSeconds(10);

  private final JdbcClient jdbc = database.jdbc();
  private final ChangeJournalRepository repository =
      new ChangeJournalRepository(jdbc, database.transactions());
  private ChangeJournal journal;
  private List<String> deliveries;

  @BeforeEach
  void makeDeliveries() {
    jdbc.sql("TRUNCATE delivery, delivery_watch, delivery_change").update();
    journal = new ChangeJournal(repository, new WatchSettings(10, Duration.ofMillis(10)));
    SampleRows rows = new SampleRows(jdbc);
    rows.deliveries(rows.webhook(), "PENDING", 0, 0, 3);
    deliveries =
        jdbc.sql("SELECT id FROM delivery ORDER BY id")
            .query((row, _) -> row.getString("id"))
            .list();
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void nothingIsWrittenDownWhileNobodyWatches() {
    cancel(0);
    assertThat(jdbc.sql("SELECT count(*) FROM delivery_change").query(Integer.class).single())
        .isZero();
  }

  @Test
  void aChangeThatIsCommittedLateIsNotSkipped() throws Exception {
    try (DeliveryWatch watch = journal.open("test", null, null);
        Connection late = database.dataSource().getConnection()) {
      begin(late, 0);
      cancel(1);

      assertThat(watch.next(Duration.ofMillis(300))).isEmpty();
      late.commit();
      late.setAutoCommit(true);

      List<String> told = new ArrayList<>();
      while (told.size() < 2) {
        List<DeliveryChange> changes = watch.next(SOON);
        assertThat(changes).isNotEmpty();
        changes.forEach(change -> told.add(change.delivery().id().toString()));
      }
      assertThat(told).containsExactly(deliveries.get(0), deliveries.get(1));
    }
  }

  @Test
  void aWatchBeginsOnceWhatDidNotKnowOfItIsCommitted() throws Exception {
    try (Connection late = database.dataSource().getConnection()) {
      begin(late, 0);
      CompletableFuture<DeliveryWatch> opening =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return journal.open("test", null, null);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              Thread::startVirtualThread);
      await()
          .until(
              () ->
                  jdbc.sql("SELECT count(*) FROM delivery_watch").query(Integer.class).single()
                      == 1);
      cancel(1);

      assertThat(opening).isNotDone();
      late.commit();
      late.setAutoCommit(true);

      // The first had begun before anybody watched; the second had not.
      try (DeliveryWatch watch = opening.get()) {
        assertThat(watch.next(SOON))
            .extracting(change -> change.delivery().id().toString())
            .containsExactly(deliveries.get(1));
      }
    }
  }

  @Test
  void oneThatIsBehindWhatIsKeptIsTold() throws Exception {
    try (DeliveryWatch watch = journal.open("test", null, null)) {
      long before = watch.position();
      cancel(0);
      assertThat(watch.next(SOON)).hasSize(1);
      long after = watch.position();
      cancel(1);
      int turn =
          jdbc.sql("SELECT DISTINCT turn FROM delivery_change").query(Integer.class).single();

      repository.empty(turn);

      assertThatThrownBy(watch::checkKept).isInstanceOf(TooFarBehindException.class);
      assertThatThrownBy(() -> watch.next(SOON)).isInstanceOf(TooFarBehindException.class);
      assertThatThrownBy(() -> journal.open("test", null, before))
          .isInstanceOf(TooFarBehindException.class);
      assertThatThrownBy(() -> journal.open("test", null, after))
          .isInstanceOf(TooFarBehindException.class);
      journal.open("test", null, after + 1).close();
    }
  }

  @Test
  void theLeaseOfAWatchIsRenewedWithoutAGapAndAnOldOneBeginsAnew() throws Exception {
    try (DeliveryWatch watch = journal.open("test", null, null)) {
      cancel(0);
      assertThat(watch.next(SOON)).hasSize(1);
      journal.open("test", null, null).close();
      watch.checkKept();

      jdbc.sql("UPDATE delivery_watch SET live_until = now() + interval '30 seconds'").update();
      cancel(1);
      journal.open("test", null, null).close();

      assertThatThrownBy(watch::checkKept).isInstanceOf(TooFarBehindException.class);
    }
  }

  /** Cancels a delivery in a transaction that stays open. */
  private void begin(Connection connection, int delivery) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE delivery SET status = 'CANCELLED' WHERE id = '%s'"
              .formatted(deliveries.get(delivery)));
    }
  }

  private void cancel(int delivery) {
    new DeliveryControlRepository(jdbc)
        .cancelIfInTheWay(new DeliveryId(UUID.fromString(deliveries.get(delivery))));
  }
}
