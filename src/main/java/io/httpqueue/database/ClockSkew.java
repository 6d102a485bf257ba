package io.httpqueue.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far this server's clock is from Postgres'. What is due goes by Postgres' clock alone, but
 * JobRunr takes a server for dead whose heartbeat looks old, and the ids of events carry this
 * server's time. Thread-safe.
 */
@Component
public class ClockSkew {

  /** JobRunr gives a server up whose heartbeat is 20 s old; a few seconds are no harm. */
  public static final Duration TOLERATED = Duration.ofSeconds(5);

  private static final int LOOKS = 3;

  private final JdbcClient jdbc;
  private final Clock clock;

  ClockSkew(DataSource dataSource, Clock clock) {
    this.jdbc = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  private static final String NOW = "SELECT clock_timestamp()";

  private record Look(Duration ahead, Duration roundTrip) {}

  /**
   * How far this server is ahead of Postgres, negative if behind; as exact as half of the fastest
   * of a few round trips.
   *
   * @throws org.springframework.dao.DataAccessException if Postgres is away
   */
  public Duration measure() {
    List<Look> looks = new ArrayList<>();
    for (int i = 0; i < LOOKS; i++) {
      looks.add(look());
    }
    return looks.stream().min(Comparator.comparing(Look::roundTrip)).orElseThrow().ahead();
  }

  private Look look() {
    Instant asked = clock.instant();
    Instant there = jdbc.sql(NOW).query(OffsetDateTime.class).single().toInstant();
    Duration roundTrip = Duration.between(asked, clock.instant());
    Instant here = asked.plus(roundTrip.dividedBy(2));
    return new Look(Duration.between(there, here), roundTrip);
  }

  /** As in "12.3 s ahead of Postgres". */
  public static String describe(Duration ahead) {
    return "%.1f s %s Postgres"
        .formatted(ahead.abs().toMillis() / 1000.0, ahead.isNegative() ? "behind" : "ahead of");
  }
}
