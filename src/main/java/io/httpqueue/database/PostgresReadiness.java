package io.httpqueue.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** Ready while a connection can be had and Postgres answers on it. */
@Component
class PostgresReadiness implements ReadinessCheck {

  private static final int PATIENCE_SECONDS = 1;

  private final DataSource dataSource;
  private volatile boolean ready;

  PostgresReadiness(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public String name() {
    return "Postgres";
  }

  @Override
  public boolean isReady() {
    ready = answers();
    return ready;
  }

  /** What the last who asked was told: the health report asks every second. */
  boolean wasReady() {
    return ready;
  }

  private boolean answers() {
    try (Connection connection = dataSource.getConnection()) {
      return connection.isValid(PATIENCE_SECONDS);
    } catch (SQLException e) {
      // The answer is the whole message: whoever asks says once that it is away.
      return false;
    }
  }
}
