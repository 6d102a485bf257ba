package io.httpqueue.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Postgres that somebody else runs, as {@code DATABASE_URL} names it. */
record RemotePostgres(DatabaseUrl url) implements Postgres {

  private static final Logger log = LoggerFactory.getLogger(RemotePostgres.class);

  private static final Duration PAUSE = Duration.ofSeconds(2);

  /**
   * Returns once it takes connections: it may start at the same time as this server does.
   *
   * @param patience how long a refusal of whatever kind is taken for a Postgres that starts
   * @throws PostgresStartException if it takes none until then
   */
  static RemotePostgres await(DatabaseUrl url, Duration patience) {
    Thread waiting = Thread.currentThread();
    // The end of the process waits for the end of the start: it must not wait out our patience.
    Thread giveUp = Thread.ofPlatform().unstarted(waiting::interrupt);
    Runtime.getRuntime().addShutdownHook(giveUp);
    try {
      return connectWithin(url, patience);
    } finally {
      removeHook(giveUp);
    }
  }

  private static RemotePostgres connectWithin(DatabaseUrl url, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        connect(url).close();
        return new RemotePostgres(url);
      } catch (SQLException e) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.compareTo(PAUSE) < 0) {
          throw new PostgresStartException(
              "Postgres at %s took no connection within %d s (HTTPQUEUE_DATABASE_STARTUP_WAIT): %s"
                  .formatted(url, patience.toSeconds(), reason(e)));
        }
        log.info("Waiting for Postgres at {}, {} s at most: {}", url, left.toSeconds(), reason(e));
        pause(url);
      }
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends: the hook has run or will.
    }
  }

  /** What Postgres or the network said, on one line. */
  static String reason(SQLException e) {
    return Objects.toString(e.getMessage(), e.getSQLState()).lines().findFirst().orElse("").strip();
  }

  /** One connection outside the pools. */
  static Connection connect(DatabaseUrl url) throws SQLException {
    Properties properties = new Properties();
    if (url.user() != null) {
      properties.setProperty("user", url.user());
    }
    if (url.password() != null) {
      properties.setProperty("password", url.password());
    }
    properties.putAll(DatabaseUrl.OPENING_LIMITS);
    return DriverManager.getConnection(url.jdbcUrl(), properties);
  }

  private static void pause(DatabaseUrl url) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresStartException("stopped while it waited for Postgres at " + url);
    }
  }

  @Override
  public String description() {
    return url.display();
  }

  @Override
  public void close() {}
}
