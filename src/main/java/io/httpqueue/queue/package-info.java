/**
 * Has the other packages' work run: lanes on threads of the server that wakes them, and by JobRunr,
 * which spreads it over the servers, fan-outs, replays, lanes that any server may take, the sweep,
 * housekeeping, re-encryption. Serves JobRunr's dashboard, where that is on. The only user of
 * JobRunr.
 *
 * <p>Guarantees: none for a single job. A job is only a way to get rows worked on: each can be
 * lost, late or run twice, and is made again from the rows by the sweep.
 *
 * <p>Failure: jobs are never retried by JobRunr. Where JobRunr gives up, as it does while Postgres
 * is away, it is started again. At the stop lanes give their leases up, so that other servers take
 * them at once.
 *
 * <p>Limits: a lane that runs as a job takes a worker as long as it runs; fan-outs and the sweep
 * need workers too, so {@code jobrunr.*.worker-count} is to exceed the lanes that a server may run.
 * A job that no nudge reaches waits for a poll, up to five seconds.
 *
 * <p>May use event, delivery, webhook, encryption, retention, roles, database, settings and
 * telemetry.
 */
@NullMarked
package io.httpqueue.queue;

import org.jspecify.annotations.NullMarked;
