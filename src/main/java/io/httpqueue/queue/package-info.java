/**
 * Has the other packages' work run by JobRunr, which spreads it over the servers: lanes, fan-outs,
 * replays, the sweep, housekeeping, re-encryption. Serves JobRunr's dashboard, where that is on.
 * The only user of JobRunr.
 *
 * <p>Guarantees: none for a single job. A job is only a way to get rows worked on: each can be
 * lost, late or run twice, and is made again from the rows by the sweep.
 *
 * <p>Failure: jobs are never retried by JobRunr. Where JobRunr gives up, as it does while Postgres
 * is away, it is started again. At the stop lanes give their leases up, so that other servers take
 * them at once.
 *
 * <p>Limits: a lane takes a worker as long as it runs, so that {@code jobrunr.*.worker-count}
 * bounds the lanes of a server; fan-outs and the sweep need workers too. A start that no nudge
 * reaches waits for a poll, up to five seconds.
 *
 * <p>May use event, delivery, webhook, encryption, retention, roles, database, settings and
 * telemetry.
 */
@NullMarked
package io.httpqueue.queue;

import org.jspecify.annotations.NullMarked;
