package io.httpqueue.database;

/** Where a connection looks for tables. */
final class SearchPath {

  /**
   * To be run on every new connection. By Postgres' default a schema with the user's name comes
   * first as soon as there is one, and the outbox makes one by the name of httpqueue: for a user of
   * that name the tables, made before it, would be out of sight from then on. Whatever else is set
   * for the user, the database or the connection stays, as does a schema httpqueue that has the
   * tables.
   */
  static final String OF_OURS =
      """
      SELECT set_config('search_path', 'public', false)
      WHERE current_setting('search_path') = '"$user", public'
        AND current_user = 'httpqueue'
        AND to_regclass('httpqueue.flyway_schema_history') IS NULL
      """;

  private SearchPath() {}
}
