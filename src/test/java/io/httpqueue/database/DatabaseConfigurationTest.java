package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseConfigurationTest {

  private static TestDatabase database;
  private static List<HikariDataSource> pools;

  @BeforeAll
  static void open() {
    database = TestPostgres.emptyDatabase();
    DatabaseSettings settings = SampleSettings.of(database.jdbcUrl());
    Postgres postgres = SampleSettings.postgres(settings);
    DatabaseConfiguration configuration = new DatabaseConfiguration();
    pools =
        List.of(
            configuration.dataSource(postgres, settings),
            configuration.outcomeDataSource(postgres, settings),
            configuration.jobQueueDataSource(postgres, settings));
  }

  @AfterAll
  static void close() {
    pools.forEach(HikariDataSource::close);
    database.close();
  }

  @Test
  void noConnectionWaitsForAPostgresThatVanished() throws SQLException {
    for (HikariDataSource pool : pools) {
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getNetworkTimeout()).isEqualTo(10_000);
      }
    }
  }

  @Test
  void noConnectionWaitsForMoreMessagesThanHaveCome() throws SQLException {
    for (HikariDataSource pool : pools) {
      assertThat(looks(pool)).isLessThan(looks(database.dataSource()).dividedBy(2));
    }
  }

  /** The time that a hundred take, each of which the driver by itself waits a millisecond for. */
  private static Duration looks(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      PGConnection postgres = connection.unwrap(PGConnection.class);
      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(postgres.getNotifications()).isEmpty();
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  @Test
  void aServerThatIsGoneDoesNotKeepItsLocks() {
    for (HikariDataSource pool : pools) {
      JdbcClient jdbc = JdbcClient.create(pool);
      assertThat(setting(jdbc, "idle_in_transaction_session_timeout")).isEqualTo("10s");
      assertThat(setting(jdbc, "tcp_keepalives_idle")).isEqualTo("15");
    }
  }

  private static String setting(JdbcClient jdbc, String name) {
    return jdbc.sql("SELECT current_setting(?)").param(name).query(String.class).single();
  }

  @Test
  void theValuesOfRowsThatPostgresQuotesInErrorsAreLeftOut() throws SQLException {
    for (HikariDataSource pool : pools) {
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.unwrap(BaseConnection.class).getLogServerErrorDetail()).isFalse();
      }
    }
  }
}
