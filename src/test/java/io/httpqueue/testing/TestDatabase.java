package io.httpqueue.testing;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.harness.TcpProxy;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A database of its own for one test or test class, made by {@link TestPostgres}. Close it to drop
 * it.
 */
public final class TestDatabase implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("//[^/:]+:(\\d+)/");

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

  /** A network between a server and this database, to be closed by the test. */
  public TcpProxy network() {
    Matcher address = ADDRESS.matcher(jdbcUrl);
    if (!address.find()) {
      throw new IllegalStateException("no address in " + jdbcUrl);
    }
    return new TcpProxy(Integer.parseInt(address.group(1)));
  }

  /** The setting of a server that reaches this database through the network given. */
  public String urlThrough(TcpProxy network) {
    return "httpqueue.database.url="
        + ADDRESS.matcher(jdbcUrl).replaceFirst("//127.0.0.1:" + network.port() + "/");
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

  /** Waits until somebody waits for a lock of this table, which the test holds. */
  public void awaitBlocked(String table) {
    await().until(() -> jdbc().sql(BLOCKED).param(table).query(Boolean.class).single());
  }

  // All databases are in it, and those of one template have the same numbers for their tables.
  private static final String BLOCKED =
      """
      SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND relation = ?::regclass AND NOT granted)
      """;

  @Override
  public void close() {
    dataSource.close();
    drop.run();
  }
}
