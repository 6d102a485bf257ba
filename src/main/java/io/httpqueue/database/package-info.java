/**
 * What everything else stands on: data source, embedded Postgres, ids, the batcher, messages
 * between servers, the clock.
 *
 * <p>Guarantees: ids of one server rise strictly. The batcher answers a caller after the batch that
 * holds its item, and holds no more than its limits.
 *
 * <p>Failure: while Postgres is away a statement throws a Spring {@code DataAccessException} after
 * the connection timeout, and the pools outlive it. Messages between servers are lost meanwhile;
 * who depends on one has to look for itself.
 *
 * <p>Limits: one batch fails as a whole. The embedded Postgres is for one server, for trying out
 * and development.
 *
 * <p>May use settings and telemetry.
 */
@NullMarked
package io.httpqueue.database;

import org.jspecify.annotations.NullMarked;
