package io.httpqueue.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that a test moves, and with it the clock of a database: there {@code now()} and its like
 * are functions of ours, which the search path has before Postgres' own. Thread-safe.
 */
public final class MovedClock extends Clock {

  private final Clock real = Clock.systemUTC();
  private final String jdbcUrl;
  private volatile Duration offset = Duration.ZERO;

  private MovedClock(String jdbcUrl) {
    this.jdbcUrl = jdbcUrl;
  }

  /**
   * Takes over the clock of a database that nothing has connected to yet; tables that are made from
   * now on have it in their defaults.
   */
  public static MovedClock of(TestDatabase database) {
    MovedClock clock = new MovedClock(database.jdbcUrl());
    clock.execute(
        """
        CREATE SCHEMA moved;
        CREATE TABLE moved.clock (seconds bigint NOT NULL);
        INSERT INTO moved.clock VALUES (0);
        DO $$ DECLARE name text; BEGIN
          FOREACH name IN ARRAY ARRAY['now', 'statement_timestamp', 'clock_timestamp'] LOOP
            EXECUTE format(
              'CREATE FUNCTION moved.%1$I() RETURNS timestamptz LANGUAGE sql STABLE RETURN
                 pg_catalog.%1$I() + (SELECT seconds FROM moved.clock) * interval ''1 second''', name);
          END LOOP;
          CREATE FUNCTION moved.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE RETURN
            pg_catalog.uuidv7((SELECT seconds FROM moved.clock) * interval '1 second');
          EXECUTE format('ALTER DATABASE %I SET search_path = public, moved, pg_catalog', current_database());
        END $$
        """);
    return clock;
  }

  /** Moves both clocks. */
  public void advance(Duration by) {
    offset = offset.plus(by);
    execute("UPDATE moved.clock SET seconds = " + offset.toSeconds());
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Instant instant() {
    return real.instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("it is always in UTC");
  }
}
