package io.httpqueue.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.retention.PartitionKeeper;
import io.httpqueue.retention.RetentionSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One real Postgres for the whole JVM, started at first use: the embedded one, or with {@code
 * -Dpostgres=testcontainers} one in a container. It does not sync to disk. Sessions are not in UTC,
 * so that a mix-up of time zones shows: the build runs the tests in another zone, which the JDBC
 * driver hands on.
 */
public final class TestPostgres {

  private static final String TEMPLATE = "migrated";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  /** A new database with all tables, and partitions from yesterday to a week ahead. */
  public static TestDatabase freshDatabase() {
    return database("TEMPLATE " + TEMPLATE);
  }

  /** A new database with nothing in it. */
  public static TestDatabase emptyDatabase() {
    return database("");
  }

  private static TestDatabase database(String from) {
    String name = "test_" + DATABASES.incrementAndGet();
    JdbcClient admin = JdbcClient.create(Server.INSTANCE.dataSource("postgres"));
    admin.sql("CREATE DATABASE %s %s".formatted(name, from)).update();
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(Server.INSTANCE.jdbcUrl(name));
    config.setMaximumPoolSize(20);
    config.setMinimumIdle(0);
    // As the server's own connections: what is planned here is what is planned there.
    config.setConnectionInitSql("SET enable_seqscan = off");
    return new TestDatabase(
        Server.INSTANCE.jdbcUrl(name),
        new HikariDataSource(config),
        () -> admin.sql("DROP DATABASE %s WITH (FORCE)".formatted(name)).update());
  }

  /** The server, started when this class is first used. */
  private record Server(Function<String, String> urls) {

    static final Server INSTANCE = start();

    private static Server start() {
      Server server =
          "testcontainers".equals(System.getProperty("postgres")) ? inContainer() : embedded();
      JdbcClient.create(server.dataSource("postgres")).sql("CREATE DATABASE " + TEMPLATE).update();
      migrate(server.dataSource(TEMPLATE));
      return server;
    }

    private static Server embedded() {
      try {
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("timezone", "Asia/Kathmandu").start();
        return new Server(database -> postgres.getJdbcUrl("postgres", database));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    // Testcontainers stops the container when the JVM ends.
    @SuppressWarnings("resource")
    private static Server inContainer() {
      PostgreSQLContainer postgres =
          new PostgreSQLContainer("postgres:18")
              .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
      postgres.start();
      return new Server(
          database ->
              "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                  .formatted(
                      postgres.getHost(),
                      postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                      database,
                      postgres.getUsername(),
                      postgres.getPassword()));
    }

    private static void migrate(DataSource template) {
      Flyway.configure().dataSource(template).load().migrate();
      new PartitionKeeper(
              template, new RetentionSettings(Duration.ofDays(30), null, Duration.ofDays(7)))
          .makeAhead();
    }

    String jdbcUrl(String database) {
      return urls.apply(database);
    }

    DataSource dataSource(String database) {
      return new DriverManagerDataSource(jdbcUrl(database));
    }
  }
}
