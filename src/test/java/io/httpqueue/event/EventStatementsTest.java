package io.httpqueue.event;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.database.UuidV7;
import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** How Postgres runs the statements of this package. */
class EventStatementsTest {

  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestPostgres.freshDatabase();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void anEventIsAcceptedByIndexesAndTouchesNoKeysWithoutOne() {
    assertThat(plan(EventRepository.ACCEPT, null))
        .contains("webhook_ordered", "webhook_subscription_pkey", "webhook_pkey")
        .containsPattern("Index Cond: .*event_pattern = ANY")
        .doesNotContain("Seq Scan", "idempotency_key");
  }

  @Test
  void aPlainEventIsAcceptedByIndexes() {
    String plan =
        explain(
            PlainEventRepository.ACCEPT,
            statement -> {
              EventColumns columns = new EventColumns(statement, events(null));
              int next = columns.bindNames(1);
              statement.setInt(next++, 10);
              statement.setInt(next++, 15);
              columns.bindPlain(next);
            });
    assertThat(plan)
        .contains("webhook_subscription_pkey", "webhook_pkey")
        .containsPattern("Index Cond: .*event_pattern = ANY")
        .doesNotContain("Seq Scan");
  }

  @Test
  void aKeyIsClaimedByItsIndex() {
    assertThat(plan(EventRepository.ACCEPT_WITH_KEYS, "key"))
        .contains("idempotency_key_0_pkey", "idempotency_key_5_pkey")
        .doesNotContain("Seq Scan on idempotency_key");
  }

  @Test
  void theOldestFanOutIsTheFirstOfItsIndexHoweverManyWait() {
    database
        .jdbc()
        .sql(
            "INSERT INTO fan_out (id, event_ids) SELECT uuid_v7(now()), ARRAY[]::uuid[] FROM"
                + " generate_series(1, 10000)")
        .update();
    database.jdbc().sql("ANALYZE fan_out").update();
    assertThat(new QueryPlans(database.jdbc()).of(FanOutRepository.OLDEST_AGE, Map.of()))
        .contains("Index Scan using fan_out_pkey")
        .doesNotContain("Seq Scan", "Sort");
    database.jdbc().sql("DELETE FROM fan_out").update();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "key")
  void aSingleEventIsAcceptedByThePlanThatIsKeptForAll(@Nullable String key) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      DataSource single = new SingleConnectionDataSource(connection, true);
      EventRepository repository = SampleEvents.repository(single);
      UuidV7 ids = new UuidV7(Clock.systemUTC(), new Random());
      for (int push = 0; push < 20; push++) {
        String pushed = key == null ? null : key + push;
        repository.accept(List.of(SampleEvents.event(ids.next(), pushed)), 15);
      }
      assertThat(JdbcClient.create(single).sql(PLANS).query().singleRow())
          .containsEntry("made", 0L)
          .hasEntrySatisfying("kept", kept -> assertThat((Long) kept).isGreaterThan(10));
    }
  }

  @Test
  void theDeliveriesOfABatchHaveIdsThatAscendInItsOrder() {
    JdbcClient jdbc = database.jdbc();
    UUID webhook = new SampleRows(jdbc).webhook();
    jdbc.sql("INSERT INTO webhook_subscription VALUES ('shop', '*', ?)").param(webhook).update();
    try {
      UuidV7 ids = new UuidV7(Clock.systemUTC(), new Random());
      List<UUID> pushed =
          Stream.generate(ids::next).limit(500).collect(toCollection(ArrayList::new));
      Collections.shuffle(pushed, new Random(1));
      SampleEvents.repository(database.dataSource())
          .accept(pushed.stream().map(id -> SampleEvents.event(id, null)).toList(), 15);
      assertThat(
              jdbc.sql("SELECT event_id FROM delivery WHERE webhook_id = ? ORDER BY id")
                  .param(webhook)
                  .query(UUID.class)
                  .list())
          .isEqualTo(pushed);
    } finally {
      jdbc.sql("DELETE FROM webhook_subscription").update();
    }
  }

  private static final String PLANS =
      """
      SELECT sum(custom_plans)::bigint AS made, sum(generic_plans)::bigint AS kept FROM pg_prepared_statements
      WHERE statement LIKE '%INSERT INTO event %'
      """;

  /** Its parameters are bound as the repository binds them. */
  private static String plan(String statement, @Nullable String key) {
    return explain(
        statement,
        explain -> {
          int next = new EventColumns(explain, events(key)).bind(1);
          if (key != null) {
            explain.setLong(next++, 1_000);
          }
          explain.setInt(next++, 10);
          explain.setInt(next++, 15);
          explain.setInt(next, 1_000);
        });
  }

  private static List<IdentifiedEvent> events(@Nullable String key) {
    return List.of(
        SampleEvents.event(UUID.fromString("0195b6f0-0000-7000-8000-000000000000"), key));
  }

  private interface Binding {

    void bind(PreparedStatement statement) throws SQLException;
  }

  private static String explain(String statement, Binding binding) {
    return new JdbcTemplate(database.dataSource())
        .execute(
            "EXPLAIN " + statement,
            (PreparedStatement explain) -> {
              binding.bind(explain);
              StringBuilder plan = new StringBuilder();
              try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                  plan.append(rows.getString(1)).append('\n');
                }
              }
              return plan.toString();
            });
  }

  @Test
  void theHoldersOfKeysAreFoundByTheirIndex() {
    String plan =
        new QueryPlans(database.jdbc())
            .of(
                IdempotencyKeys.FIND,
                Map.of("namespaces", new String[] {"a"}, "keys", new String[] {"b"}));
    assertThat(plan).contains("idempotency_key_0_pkey").doesNotContain("Seq Scan");
  }

  @Test
  void theInboxIsReadByItsIndexInItsOrder() {
    String plan =
        new QueryPlans(database.jdbc())
            .of(EventInboxRepository.TAKE, Map.of("limit", 500, "bytes", 4_000_000));
    assertThat(plan).contains("event_inbox_waiting").doesNotContain("Sort", "Seq Scan");
  }
}
