package io.httpqueue.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tells how the connections are used, and whether Postgres answers. */
@Component
class PoolMetrics {

  private final Map<String, HikariDataSource> pools;

  PoolMetrics(ConnectionPools connectionPools, PostgresReadiness readiness, Meters meters) {
    this.pools =
        connectionPools.all().stream()
            .collect(Collectors.toMap(HikariDataSource::getPoolName, pool -> pool));
    meters.gauge(Metric.DATABASE_UP, gauge -> gauge.record(readiness.wasReady() ? 1 : 0));
    meters.gauge(
        Metric.DATABASE_CONNECTIONS,
        gauge -> {
          connections(gauge, "used", HikariPoolMXBean::getActiveConnections);
          connections(gauge, "idle", HikariPoolMXBean::getIdleConnections);
        });
    meters.gauge(
        Metric.DATABASE_CONNECTIONS_PENDING,
        gauge ->
            pools.forEach(
                (name, pool) ->
                    gauge.record(
                        read(pool, HikariPoolMXBean::getThreadsAwaitingConnection),
                        Meters.attributes(Label.POOL, name))));
  }

  private void connections(
      ObservableDoubleMeasurement gauge, String state, ToIntFunction<HikariPoolMXBean> count) {
    pools.forEach(
        (name, pool) ->
            gauge.record(
                read(pool, count), Meters.attributes(Label.POOL, name, Label.STATE, state)));
  }

  /** A pool that has not been used yet has no bean. */
  private static int read(HikariDataSource pool, ToIntFunction<HikariPoolMXBean> count) {
    HikariPoolMXBean bean = pool.getHikariPoolMXBean();
    return bean == null ? 0 : count.applyAsInt(bean);
  }
}
