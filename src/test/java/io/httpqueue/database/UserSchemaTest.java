package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class UserSchemaTest {

  private static final String ROLE =
      """
      DO $$ BEGIN
        CREATE ROLE httpqueue SUPERUSER LOGIN PASSWORD 'httpqueue';
      EXCEPTION WHEN duplicate_object THEN NULL;
      END $$
      """;

  /** As in docker-compose.yml. The outbox makes a schema with the name of this user. */
  @Test
  void aUserByTheNameOfHttpqueueFindsItsTablesAtEveryStart() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      database.jdbc().sql(ROLE).update();
      String url = "httpqueue.database.url=" + asUser("httpqueue", database.jdbcUrl());
      TestServer.start(database, url).close();
      try (TestServer server = TestServer.start(database, url)) {
        assertThat(schema(server.part(DataSource.class))).isEqualTo("httpqueue in public");
      }
      assertThat(schemasOf(database, "flyway_schema_history")).containsExactly("public");
      assertThat(schemasOf(database, "jobrunr_jobs")).containsExactly("public");
    }
  }

  @Test
  void aSearchPathThatSomebodyHasSetStays() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      database.jdbc().sql(ROLE).update();
      database.jdbc().sql("CREATE SCHEMA apart").update();
      database
          .jdbc()
          .sql(
              "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = apart',"
                  + " current_database()); END $$")
          .update();
      String url = "httpqueue.database.url=" + asUser("httpqueue", database.jdbcUrl());
      TestServer.start(database, url).close();
      try (TestServer server = TestServer.start(database, url)) {
        assertThat(schema(server.part(DataSource.class))).isEqualTo("httpqueue in apart");
      }
    }
  }

  private static String asUser(String user, String jdbcUrl) {
    String base = jdbcUrl.replaceFirst("[?].*", "");
    return base + "?user=%1$s&password=%1$s".formatted(user);
  }

  private static String schema(DataSource pool) {
    return JdbcClient.create(pool)
        .sql("SELECT current_user || ' in ' || current_schema()")
        .query(String.class)
        .single();
  }

  private static List<String> schemasOf(TestDatabase database, String table) {
    return database
        .jdbc()
        .sql("SELECT schemaname::text FROM pg_tables WHERE tablename = ?")
        .param(table)
        .query((row, _) -> row.getString(1))
        .list();
  }
}
