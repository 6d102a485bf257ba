package io.httpqueue.testing;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How Postgres would run a statement, as text. */
public final class QueryPlan {

  private QueryPlan() {}

  /**
   * Plans a statement with named parameters; does not run it.
   *
   * @param parameters by name
   */
  public static String of(JdbcClient jdbc, String sql, Map<String, Object> parameters) {
    List<String> lines =
        jdbc.sql("EXPLAIN " + sql).params(parameters).query((row, _) -> row.getString(1)).list();
    return String.join("\n", lines);
  }
}
