package io.httpqueue.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.util.List;

/** All connections that this server has to Postgres. */
record ConnectionPools(List<HikariDataSource> all) {

  /**
   * Takes no connection for good that is open now. To find out of each by itself that it is dead
   * takes seconds for each.
   */
  void reopen() {
    for (HikariDataSource pool : all) {
      HikariPoolMXBean connections = pool.getHikariPoolMXBean();
      // A pool that has not been used yet has none.
      if (connections != null) {
        connections.softEvictConnections();
      }
    }
  }
}
