package io.httpqueue.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventFiltersTest {

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final AtomicLong nanos = new AtomicLong();
  private final EventFilters filters =
      new EventFilters(new FilterRepository(database.jdbc()), new FilterSettings(100), nanos::get);
  private final UUID webhook = new SampleRows(database.jdbc()).webhook();

  @AfterEach
  void drop() {
    database.close();
  }

  private void filter(String expression) {
    database
        .jdbc()
        .sql("UPDATE webhook SET filter = ? WHERE id = ?")
        .params(expression, webhook)
        .update();
  }

  private boolean isRefused() {
    NewEvent event = new NewEvent("test", "e", "1".getBytes(UTF_8), Map.of(), null);
    return !filters.judge(event).refused().isEmpty();
  }

  @Test
  void areReadAnewAfterTenMinutesWithoutAPushThatWaits() {
    filter("true");
    assertThat(isRefused()).isFalse();
    filter("false");
    assertThat(isRefused()).isFalse();
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThat(filters.readsFirst("test")).isFalse();
    await().until(this::isRefused);
  }

  @Test
  void areThoseThatWereKnownWhilePostgresIsAway() {
    filter("false");
    assertThat(isRefused()).isTrue();
    ((HikariDataSource) database.dataSource()).close();
    for (int i = 0; i < 3; i++) {
      nanos.addAndGet(Duration.ofMinutes(11).toNanos());
      assertThat(isRefused()).isTrue();
      assertThat(filters.readsFirst("test")).isFalse();
    }
  }
}
