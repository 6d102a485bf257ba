package io.httpqueue.testing;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A database of its own for one test or test class, made by {@link TestPostgres}. Close it to drop
 * it.
 */
public final class TestDatabase implements AutoCloseable {

  private final String jdbcUrl;
  private final HikariDataSource dataSource;
  private final Runnable drop;

  TestDatabase(String jdbcUrl, HikariDataSource dataSource, Runnable drop) {
    this.jdbcUrl = jdbcUrl;
    this.dataSource = dataSource;
    this.drop = drop;
  }

  /** With user and password: fit for {@code DATABASE_URL}. */
  public String jdbcUrl() {
    return jdbcUrl;
  }

  /** A pool of up to 20 connections that opens them as they are needed. */
  public DataSource dataSource() {
    return dataSource;
  }

  public JdbcClient jdbc() {
    return JdbcClient.create(dataSource);
  }

  public TransactionTemplate transactions() {
    return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  @Override
  public void close() {
    dataSource.close();
    drop.run();
  }
}
