package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class OutcomeRepositoryTest {

  private static final int OUTCOMES = 64;

  private static final String NEWEST =
      "SELECT id FROM delivery WHERE status = 'PENDING' ORDER BY id DESC LIMIT " + OUTCOMES;

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static TestServer server;

  @BeforeAll
  static void start() {
    SampleRows rows = new SampleRows(database.jdbc());
    rows.deliveries(rows.webhook(), "SUCCESS", 1, 0, 100_000);
    rows.analyze();
    // Newer than all that Postgres has statistics of.
    rows.deliveries(rows.webhook(), "PENDING", 0, 0, OUTCOMES);
    server = TestServer.start(database, "httpqueue.roles=api");
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @Test
  void aCommitOfManyOutcomesComparesNoRowWithEachOutcome() throws SQLException {
    assertThat(plan(true)).contains("pkey").doesNotContain("Nested Loop");
  }

  @Test
  void onePlanIsKeptForAllCommits() throws SQLException {
    assertThat(plan(false))
        .contains("id = ANY ($14)", "Subplans Removed")
        .doesNotContain("Nested Loop");
  }

  /**
   * The plan on the connection that outcomes are written by.
   *
   * @param anew whether it is made for these outcomes, whatever the connection says
   */
  private static String plan(boolean anew) throws SQLException {
    List<UUID> ids =
        database.jdbc().sql(NEWEST).query((row, _) -> row.getObject("id", UUID.class)).list();
    DataSource pool = server.part("outcomeDataSource", DataSource.class);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      // Takes back what is reset.
      connection.setAutoCommit(false);
      if (anew) {
        statement.execute("RESET plan_cache_mode");
      }
      statement.execute("PREPARE record AS " + numbered(OutcomeRepository.RECORD));
      JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
      String plan = new QueryPlans(jdbc).of("EXECUTE record(" + parameters(ids) + ")", Map.of());
      statement.execute("DEALLOCATE record");
      connection.rollback();
      return plan;
    }
  }

  private static String numbered(String sql) {
    AtomicInteger number = new AtomicInteger();
    return Pattern.compile("\\?").matcher(sql).replaceAll(_ -> "\\$" + number.incrementAndGet());
  }

  /** Each delivery arrived at its first attempt. */
  private static String parameters(List<UUID> ids) {
    String idArray = array(ids);
    return String.join(
        ", ",
        idArray,
        same("SUCCESS"),
        same(0),
        same(1),
        same(null),
        same(null),
        same(null),
        same("2026-01-01T00:00:00Z"),
        same(5),
        same(200),
        same("ok"),
        same(null),
        same(null),
        idArray,
        "'" + Collections.min(ids) + "'",
        "'" + Collections.max(ids) + "'");
  }

  private static String same(@Nullable Object value) {
    return array(Collections.nCopies(OUTCOMES, value));
  }

  private static String array(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(",", "'{", "}'"));
  }
}
