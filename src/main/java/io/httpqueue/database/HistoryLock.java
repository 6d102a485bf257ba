package io.httpqueue.database;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps history from being dropped while something old is put to work again. What is dropped is
 * dropped under the lock taken alone; whoever makes an old row unfinished holds it together with
 * others, so that the look which finds a day finished and the drop of that day see the same.
 */
public final class HistoryLock {

  private static final String HOLD =
      "SELECT pg_advisory_xact_lock_shared(hashtext('httpqueue: drop partitions'))";

  private HistoryLock() {}

  /**
   * Waits until nothing is being dropped, and keeps it so until the transaction ends. To be called
   * before the transaction touches a table; the transaction must be short.
   */
  public static void hold(JdbcClient jdbc) {
    jdbc.sql(HOLD).query().listOfRows();
  }

  /** Takes the lock alone, for the session, if nobody has it; says whether it did. */
  public static boolean tryTake(JdbcClient jdbc) {
    return jdbc.sql(TRY_TAKE).query(Boolean.class).single();
  }

  private static final String TRY_TAKE =
      "SELECT pg_try_advisory_lock(hashtext('httpqueue: drop partitions'))";

  /** Gives up what {@link #tryTake} took. */
  public static void release(JdbcClient jdbc) {
    jdbc.sql(RELEASE).query(Boolean.class).single();
  }

  private static final String RELEASE =
      "SELECT pg_advisory_unlock(hashtext('httpqueue: drop partitions'))";
}
