/**
 * Keeps day partitions of events, deliveries and attempts: made ahead of time, and dropped whole
 * when their time is over; and then deletes the webhooks that they were of, if they are registered
 * no more.
 *
 * <p>Guarantees: a partition with an unfinished delivery stays, as does an event that one still
 * needs. Safe on several servers at once, and never blocks traffic.
 *
 * <p>Failure: what would wait for a lock, or broke off, is left for the next run. Without a run for
 * as long as partitions were made ahead, nothing can be accepted any more.
 *
 * <p>Limits: whole days of UTC by Postgres' clock; a server whose clock is a day or more behind
 * makes ids that no partition takes.
 *
 * <p>May use database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.retention;

import org.jspecify.annotations.NullMarked;
