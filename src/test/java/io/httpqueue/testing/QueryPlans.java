package io.httpqueue.testing;

import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How Postgres would run a statement, to assert that an index answers it. */
public final class QueryPlans {

  private final JdbcClient jdbc;

  public QueryPlans(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The plan of a statement of ours with these parameters. */
  public String of(String sql, Map<String, ?> parameters) {
    return jdbc.sql("EXPLAIN " + sql).params(parameters).query(String.class).list().stream()
        .collect(Collectors.joining("\n"));
  }
}
