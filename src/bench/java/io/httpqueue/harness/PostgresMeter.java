package io.httpqueue.harness;

/**
 * What Postgres has written and committed since its start. Differences of two readings count.
 *
 * @param walBytes by the position of the log, which is exact at once; the statistics views lag
 * @param commits transactions that wrote something, by the transaction ids used up
 * @param databaseBytes size of the database with its indexes
 */
public record PostgresMeter(long walBytes, long commits, long databaseBytes) {

  private static final String WAL_BYTES =
      "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')";
  private static final String COMMITS =
      "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8";

  /** Reads the meter. */
  public static PostgresMeter read(PostgresServer postgres, String database) {
    return new PostgresMeter(
        postgres.number(database, WAL_BYTES),
        postgres.number(database, COMMITS),
        postgres.number(database, "SELECT pg_database_size('" + database + "')"));
  }

  /** What was added since an earlier reading. */
  public PostgresMeter since(PostgresMeter earlier) {
    return new PostgresMeter(
        walBytes - earlier.walBytes,
        commits - earlier.commits,
        databaseBytes - earlier.databaseBytes);
  }
}
