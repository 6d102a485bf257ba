package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class UserSchemaTest {

  /** As for a user by the name of httpqueue, once the outbox has made the schema httpqueue. */
  @Test
  void aSchemaWithTheNameOfTheUserIsNotTakenForOurs() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      database.jdbc().sql("CREATE SCHEMA postgres").update();
      database.jdbc().sql("CREATE TABLE postgres.of_another (id integer)").update();
      try (TestServer server = TestServer.start(database)) {
        JdbcClient pool = JdbcClient.create(server.part(DataSource.class));
        assertThat(
                pool.sql("SELECT current_user || ' in ' || current_schema()")
                    .query(String.class)
                    .single())
            .isEqualTo("postgres in public");
      }
    }
  }
}
