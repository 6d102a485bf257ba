package io.httpqueue.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class PartitionKeeperTest {

  private static final RetentionSettings SETTINGS =
      new RetentionSettings(Duration.ofDays(30), null, Duration.ofDays(7));
  private static final List<String> PARENTS = List.of("event", "delivery", "delivery_attempt");

  private final TestDatabase database = TestPostgres.emptyDatabase();
  private final JdbcClient jdbc = database.jdbc();
  private final PartitionKeeper keeper = keeper();
  private final LocalDate today =
      jdbc.sql("SELECT (now() AT TIME ZONE 'UTC')::date").query(LocalDate.class).single();

  @BeforeEach
  void migrate() {
    Flyway.configure().dataSource(database.dataSource()).load().migrate();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void makesPartitionsFromYesterdayToAWeekAhead() {
    keeper.keep();
    for (String parent : PARENTS) {
      assertThat(partitions(parent))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(-1, 7).mapToObj(day -> name(parent, day)).toList());
    }
  }

  @Test
  void putsEachIdIntoTheDayOfUtcItWasMadeIn() {
    keeper.keep();
    String midnight = "timestamptz '%sT00:00:00Z'".formatted(today);
    assertThat(partitionOfAnEventAt(midnight)).isEqualTo(name("event", 0));
    assertThat(partitionOfAnEventAt(midnight + " - interval '1 microsecond'"))
        .isEqualTo(name("event", -1));
  }

  @Test
  void addsOnlyWhatIsMissing() {
    keeper.keep();
    jdbc.sql("DROP TABLE " + name("event", 3)).update();
    keeper.keep();
    assertThat(partitions("event")).hasSize(9);
  }

  @Test
  void givesPartitionsTheIndexesAndStorageOfTheirKind() {
    keeper.keep();
    assertThat(
            jdbc.sql("SELECT count(*) FROM pg_indexes WHERE tablename = ?")
                .param(name("delivery", 0))
                .query(Integer.class)
                .single())
        .isEqualTo(8);
    assertThat(
            jdbc.sql("SELECT array_to_string(reloptions, ',') FROM pg_class WHERE relname = ?")
                .param(name("delivery", 0))
                .query(String.class)
                .single())
        .isEqualTo("autovacuum_vacuum_scale_factor=0.1");
  }

  @Test
  void dropsWhatIsOlderThanTheRetention() {
    makeDay(-31);
    makeDay(-30);
    insertDelivery(-31, -31, "SUCCESS");
    keeper.keep();
    for (String parent : PARENTS) {
      assertThat(partitions(parent)).doesNotContain(name(parent, -31)).contains(name(parent, -30));
    }
  }

  @Test
  void dropsEventsEarlierThanWhatTellsOfTheirDeliveriesWhereSettingsSaySo() {
    makeDay(-6);
    insertDelivery(-6, -6, "RETRYING");
    RetentionSettings settings =
        new RetentionSettings(Duration.ofDays(30), Duration.ofDays(5), Duration.ofDays(7));
    PartitionKeeper early = new PartitionKeeper(database.dataSource(), settings);
    early.keep();
    assertThat(partitions("event")).contains(name("event", -6));
    jdbc.sql("UPDATE delivery SET status = 'SUCCESS'").update();
    early.keep();
    assertThat(partitions("event")).doesNotContain(name("event", -6));
    assertThat(partitions("delivery")).contains(name("delivery", -6));
  }

  @Test
  void neverKeepsEventsLongerThanTheirDeliveries() {
    Duration month = Duration.ofDays(30);
    assertThat(new RetentionSettings(month, null, month).keepEvents()).isEqualTo(month);
    assertThat(new RetentionSettings(month, Duration.ofDays(90), month).keepEvents())
        .isEqualTo(month);
  }

  /** A day that ended has millions of deliveries, of which few are unfinished. */
  @Test
  void searchesOnlyUnfinishedDeliveriesForWhoNeedsAnEvent() {
    keeper.keep();
    UUID webhook = new SampleRows(jdbc).webhook();
    new SampleRows(jdbc).deliveries(webhook, "SUCCESS", 1, 0, 20_000);
    new SampleRows(jdbc).deliveries(webhook, "PENDING", 0, 0, 20);
    new SampleRows(jdbc).analyze();
    String plan =
        new QueryPlans(jdbc)
            .of(
                ExpiredPartitions.IS_NEEDED,
                Map.of("low", new UUID(0, 0).toString(), "high", new UUID(-1, -1).toString()));
    assertThat(plan)
        .contains(name("delivery", 0) + "_webhook_id_id_idx1")
        .doesNotContain("Seq Scan on " + name("delivery", 0));
  }

  @Test
  void keepsAnUnfinishedDeliveryWithItsAttemptsAndItsEvent() {
    makeDay(-40);
    for (String status : List.of("PENDING", "SENDING", "RETRYING")) {
      insertDelivery(-40, -40, status);
      keeper.keep();
      for (String parent : PARENTS) {
        assertThat(partitions(parent)).as(status).contains(name(parent, -40));
      }
      jdbc.sql("UPDATE delivery SET status = 'FAILED'").update();
    }
    keeper.keep();
    for (String parent : PARENTS) {
      assertThat(partitions(parent)).doesNotContain(name(parent, -40));
    }
  }

  @Test
  void keepsAnEventThatALaterUnfinishedDeliveryNeeds() {
    makeDay(-40);
    keeper.makeAhead();
    insertDelivery(-40, 0, "RETRYING");
    keeper.keep();
    assertThat(partitions("event")).contains(name("event", -40));
    assertThat(partitions("delivery")).doesNotContain(name("delivery", -40));
  }

  @Test
  void keepsAnEventWhoseDeliveriesAreStillToBeMade() {
    makeDay(-40);
    jdbc.sql(
            "INSERT INTO fan_out (id, event_ids) VALUES (uuid_v7(now()), ARRAY[%s])"
                .formatted(id(-40)))
        .update();
    keeper.keep();
    assertThat(partitions("event")).contains(name("event", -40));
    jdbc.sql("DELETE FROM fan_out").update();
    keeper.keep();
    assertThat(partitions("event")).doesNotContain(name("event", -40));
  }

  @Test
  void makesAndKeepsTheDaysOfEventsThatWerePushedBySqlAndWait() {
    for (int day : List.of(-8, -31)) {
      jdbc.sql(
              "INSERT INTO event_inbox (id, namespace, name, payload, metadata)"
                  + " VALUES (%s, 'n', 'e', '1', '{}')".formatted(id(day)))
          .update();
    }
    makeDay(-31);
    keeper.keep();
    assertThat(partitions("event")).contains(name("event", -8), name("event", -31)).hasSize(11);
    assertThat(partitions("delivery")).hasSize(9);
    jdbc.sql("UPDATE event_inbox SET refused_at = now(), refused_because = ''").update();
    keeper.keep();
    assertThat(partitions("event")).doesNotContain(name("event", -31));
  }

  @Test
  void finishesWhatABrokenOffRunLeft() {
    makeDay(-40);
    jdbc.sql("ALTER TABLE event DETACH PARTITION " + name("event", -40)).update();
    keeper.keep();
    assertThat(exists(name("event", -40))).isFalse();
  }

  @Test
  void givesUpRatherThanBlockTraffic() {
    makeDay(-40);
    database
        .transactions()
        .executeWithoutResult(
            _ -> {
              JdbcClient reader = JdbcClient.create(database.dataSource());
              reader.sql("SELECT count(*) FROM delivery").query(Long.class).single();
              assertThatThrownBy(() -> onAnotherThread(keeper::keep))
                  .hasStackTraceContaining("lock timeout");
            });
    keeper.keep();
    assertThat(exists(name("delivery", -40))).isFalse();
  }

  @Test
  void severalServersAtOnceDoItOnce() throws Exception {
    makeDay(-40);
    try (ExecutorService servers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> runs =
          servers.invokeAll(
              IntStream.range(0, 6)
                  .<Callable<Void>>mapToObj(
                      _ ->
                          () -> {
                            keeper().keep();
                            return null;
                          })
                  .toList());
      for (Future<Void> run : runs) {
        run.get();
      }
    }
    assertThat(partitions("event")).hasSize(9);
  }

  private PartitionKeeper keeper() {
    return new PartitionKeeper(database.dataSource(), SETTINGS);
  }

  private static void onAnotherThread(Runnable action) throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      thread.submit(action).get();
    }
  }

  private String name(String parent, int day) {
    return parent + "_" + today.plusDays(day).format(DateTimeFormatter.BASIC_ISO_DATE);
  }

  private void makeDay(int day) {
    for (String parent : PARENTS) {
      jdbc.sql(
              "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%s) TO (%s)"
                  .formatted(name(parent, day), parent, floor(day), floor(day + 1)))
          .update();
    }
  }

  /** Partition bounds must be constants. */
  private String floor(int day) {
    return jdbc.sql("SELECT quote_literal(uuid_v7_floor(?))")
        .param(today.plusDays(day).atStartOfDay().atOffset(ZoneOffset.UTC))
        .query(String.class)
        .single();
  }

  private String id(int day) {
    return "uuid_v7(timestamptz '%sT12:00:00Z')".formatted(today.plusDays(day));
  }

  private void insertDelivery(int eventDay, int day, String status) {
    jdbc.sql(
            """
            INSERT INTO delivery (id, event_id, webhook_id, status, max_attempts, expires_at)
            VALUES (%s, %s, gen_random_uuid(), '%s', 1, now())
            """
                .formatted(id(day), id(eventDay), status))
        .update();
  }

  private String partitionOfAnEventAt(String moment) {
    return jdbc.sql(
            """
            INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
            VALUES (uuid_v7(%s), 'n', 'e', '', '{}', '{}', now())
            RETURNING tableoid::regclass::text
            """
                .formatted(moment))
        .query(String.class)
        .single();
  }

  private List<String> partitions(String parent) {
    return jdbc.sql(
            """
            SELECT inhrelid::regclass::text FROM pg_inherits
            WHERE inhparent = ?::regclass ORDER BY 1
            """)
        .param(parent)
        .query((row, _) -> row.getString(1))
        .list();
  }

  private boolean exists(String table) {
    return jdbc.sql("SELECT to_regclass(?) IS NOT NULL").param(table).query(Boolean.class).single();
  }
}
