package io.httpqueue.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestPostgresTest {

  @Test
  void aFreshDatabaseIsMigratedAndTakesRowsOfToday() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      int inserted =
          database
              .jdbc()
              .sql(
                  """
                  INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
                  VALUES (uuid_v7(now()), uuid_v7(now()), uuid_v7(now()), 1, now())
                  """)
              .update();
      assertThat(inserted).isEqualTo(1);
    }
  }

  @Test
  void databasesShareNothing() {
    try (TestDatabase one = TestPostgres.freshDatabase();
        TestDatabase other = TestPostgres.freshDatabase()) {
      one.jdbc().sql("DROP TABLE delivery_attempt").update();
      assertThat(
              other.jdbc().sql("SELECT count(*) FROM delivery_attempt").query(Long.class).single())
          .isZero();
    }
  }

  @Test
  void sessionsAreNotInUtc() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      String zone = database.jdbc().sql("SHOW TimeZone").query(String.class).single();
      assertThat(zone).isEqualTo("Asia/Kathmandu");
    }
  }
}
