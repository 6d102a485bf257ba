package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockSkewTest {

  @Test
  void measuresHowFarTheClockIsOff() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      for (int seconds : new int[] {-90, 0, 90}) {
        Duration off = Duration.ofSeconds(seconds);
        Duration measured =
            new ClockSkew(database.dataSource(), Clock.offset(Clock.systemUTC(), off)).measure();
        assertThat(measured).isCloseTo(off, Duration.ofSeconds(1));
      }
    }
  }

  @Test
  void saysWhichIsAhead() {
    assertThat(ClockSkew.describe(Duration.ofMillis(12_340))).isEqualTo("12.3 s ahead of Postgres");
    assertThat(ClockSkew.describe(Duration.ofSeconds(-2))).isEqualTo("2.0 s behind Postgres");
  }
}
