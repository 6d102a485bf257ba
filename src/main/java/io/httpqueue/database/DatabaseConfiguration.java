package io.httpqueue.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/** The connections, the clock, chance, and the ids made of the two. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

  /** For psql, the start and Postgres's own work, beside the pools. */
  private static final int SPARE_CONNECTIONS = 20;

  /** One thread records outcomes. */
  private static final int OUTCOME_CONNECTIONS = 1;

  /** The profile of what the jar does beside being a server. */
  private static final String COMMAND = "command";

  /** The pools are made of it, so that it stops after them. */
  @Bean
  Postgres postgres(DatabaseSettings settings, Environment environment) {
    if (settings.url() != null) {
      return RemotePostgres.await(settings.url(), settings.startupWait());
    }
    int connections = settings.connections() + settings.jobQueueConnections();
    connections += OUTCOME_CONNECTIONS + SPARE_CONNECTIONS;
    return environment.matchesProfiles(COMMAND)
        ? EmbeddedPostgres.startOrJoin(settings.embeddedDirectory(), connections)
        : EmbeddedPostgres.start(settings.embeddedDirectory(), connections);
  }

  /** All of our own statements but those of outcomes. */
  @Bean
  @Primary
  HikariDataSource dataSource(Postgres postgres, DatabaseSettings settings) {
    return new HikariDataSource(
        pool("httpqueue", settings.connections(), postgres, settings, KEEP_TO_INDEXES));
  }

  /**
   * JobRunr's statements only: it polls with as many connections as it gets, and must not keep ours
   * waiting.
   */
  @Bean(defaultCandidate = false)
  HikariDataSource jobQueueDataSource(Postgres postgres, DatabaseSettings settings) {
    return new HikariDataSource(
        pool("httpqueue-jobs", settings.jobQueueConnections(), postgres, settings));
  }

  /**
   * Outcomes never wait for a connection that others use, since one that is late may be sent again;
   * and they are found in a way of their own.
   */
  @Bean(defaultCandidate = false)
  HikariDataSource outcomeDataSource(Postgres postgres, DatabaseSettings settings) {
    return new HikariDataSource(
        pool(
            "httpqueue-outcomes",
            OUTCOME_CONNECTIONS,
            postgres,
            settings,
            KEEP_TO_INDEXES,
            JOIN_BY_HASH,
            PLAN_ONCE));
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  /** Secure, since ids and secrets made of it are handed to receivers. */
  @Bean
  SecureRandom random() {
    return new SecureRandom();
  }

  @Bean
  UuidV7 uuidV7(Clock clock, RandomGenerator random) {
    return new UuidV7(clock, random);
  }

  @Bean
  ConnectionPools connectionPools(
      HikariDataSource dataSource,
      @Qualifier("outcomeDataSource") HikariDataSource outcomeDataSource,
      @Qualifier("jobQueueDataSource") HikariDataSource jobQueueDataSource) {
    return new ConnectionPools(List.of(dataSource, outcomeDataSource, jobQueueDataSource));
  }

  @Bean
  ServerMessages serverMessages(DataSource dataSource, ConnectionPools pools) {
    return new ServerMessages(dataSource, pools::reopen);
  }

  /**
   * A plan is made once and kept, and one made while a day's partition is still empty would read
   * all of it at midday. Every statement of ours has an index; this makes Postgres take it.
   */
  private static final String KEEP_TO_INDEXES = "SET enable_seqscan = off; SET jit = off";

  /**
   * The newest rows are not in Postgres' statistics yet. It takes them for one, and would compare
   * each with each outcome of a commit.
   */
  private static final String JOIN_BY_HASH = "SET enable_nestloop = off";

  /**
   * The plan is the same whatever the outcomes are, and to make it anew takes as long as to run it
   * for some hundred of them.
   */
  private static final String PLAN_ONCE = "SET plan_cache_mode = force_generic_plan";

  /**
   * A server that vanished, was cut off or was stopped amid a transaction must not keep its locks:
   * others would wait for them, or pass over what they lock, for as long as Postgres does not
   * notice. Of a stopped process it never would, and else after two hours.
   */
  private static final String GIVE_LOCKS_UP =
      "SET idle_in_transaction_session_timeout = '10s'; SET tcp_keepalives_idle = '15s';"
          + " SET tcp_keepalives_interval = '5s'; SET tcp_keepalives_count = 3";

  /**
   * What the driver is asked for; parameters in DATABASE_URL win. It passes over any value that is
   * not a text, and says nothing. Postgres' details quote values of rows, which must not get into
   * logs. The seconds free a thread and its connection from a Postgres that vanished without
   * closing it, before a lease is over: what is left of the pool would not be enough to renew it.
   */
  private static final Map<String, String> OF_THE_DRIVER =
      Map.of(
          "ApplicationName", "httpqueue",
          "logServerErrorDetail", "false",
          "tcpKeepAlive", "true",
          "socketTimeout", "10",
          "socketFactory", PromptSocketFactory.class.getName());

  /**
   * @param statements run when a connection is opened, beside those of all pools
   */
  private static HikariConfig pool(
      String name,
      int connections,
      Postgres postgres,
      DatabaseSettings settings,
      String... statements) {
    DatabaseUrl url = postgres.url();
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(connections);
    config.setConnectionInitSql(
        Stream.concat(Stream.of(statements), Stream.of(GIVE_LOCKS_UP, SearchPath.OF_OURS))
            .collect(Collectors.joining("; ")));
    config.setConnectionTimeout(settings.connectionTimeout().toMillis());
    config.setValidationTimeout(
        Math.min(settings.connectionTimeout().toMillis(), Duration.ofSeconds(2).toMillis()));
    // The start has waited for Postgres already; from then on the pool is to outlive it.
    config.setInitializationFailTimeout(-1);
    OF_THE_DRIVER.forEach(config::addDataSourceProperty);
    DatabaseUrl.OPENING_LIMITS.forEach(config::addDataSourceProperty);
    return config;
  }
}
