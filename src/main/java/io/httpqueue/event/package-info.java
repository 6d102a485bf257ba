/**
 * Accepts events, and makes their deliveries.
 *
 * <p>Guarantees: an event, the webhooks that it goes to, and what is left to do for it are written
 * in one commit; its deliveries are made once, in the commit that takes that note away. What the
 * caller is told is what is delivered, but for webhooks that are unregistered before.
 *
 * <p>Failure: after a crash between the two commits the note in {@code fan_out} is found by the
 * sweep. A write that failed without an answer may have been committed; a push with an idempotency
 * key may be repeated until it is answered, and is accepted once.
 *
 * <p>Limits: what waits for a commit is bounded by count and bytes, and refused beyond. An event is
 * fanned out in one commit, however many webhooks it matched.
 *
 * <p>Knows neither jobs nor gRPC. May use webhook, filter, delivery, retention, roles, database,
 * settings and telemetry.
 */
@NullMarked
package io.httpqueue.event;

import org.jspecify.annotations.NullMarked;
