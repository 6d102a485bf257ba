package io.httpqueue.database;

import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** How Flyway changes the tables while servers of the release before work on them. */
@Configuration(proxyBeanMethods = false)
class MigrationConfiguration {

  private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

  private static final int ATTEMPTS = 30;

  /**
   * Gives Flyway connections of its own: those of the pool are cut after 10 s without an answer,
   * which an index of a large table takes, and would keep the lock timeout afterwards.
   */
  @Bean
  FlywayConfigurationCustomizer ownConnections(Postgres postgres, DatabaseSettings settings) {
    return flyway ->
        flyway
            .dataSource(dataSource(postgres.url()))
            .initSql(lockTimeout(settings.migrationLockTimeout()) + "; " + SearchPath.OF_OURS);
  }

  @Bean
  FlywayMigrationStrategy migrationStrategy() {
    PatientMigration migration = new PatientMigration(ATTEMPTS, RETRY_PAUSE);
    return migration::run;
  }

  /** For a session, in the form of SQL. */
  static String lockTimeout(Duration timeout) {
    return "SET lock_timeout = " + timeout.toMillis();
  }

  private static DataSource dataSource(DatabaseUrl url) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "httpqueue-migration");
    properties.putAll(DatabaseUrl.OPENING_LIMITS);
    properties.setProperty("tcpKeepAlive", "true");
    DriverManagerDataSource dataSource = new DriverManagerDataSource(url.jdbcUrl(), properties);
    dataSource.setUsername(url.user());
    dataSource.setPassword(url.password());
    return dataSource;
  }
}
