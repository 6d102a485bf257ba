/**
 * Gets deliveries to their receivers: lanes, attempts, outcomes, retries; their history, replays,
 * watches and statistics; and what is asked of single ones.
 *
 * <p>Guarantees: one lane alone holds the lease of a webhook. Every change of a delivery names the
 * state that it starts from; the legal ones are drawn in {@code docs/delivery-states.md}. An
 * attempt that failed never undoes a success on record. A wake-up that is lost is made up for by
 * the sweep.
 *
 * <p>Failure: at least once. A request is sent before anything is written, so what was sent and not
 * recorded when a server or Postgres was lost is sent again, as is what a server sends that has
 * lost its lease meanwhile. An attempt that is broken off counts. Outcomes are kept and tried again
 * while Postgres is away; nothing more is sent meanwhile.
 *
 * <p>Limits: one webhook is worked on by one server at a time, with {@code max-in-flight} requests;
 * order is kept for webhooks that ask for it, among deliveries with the same ordering key. {@code
 * docs/architecture.md} has the protocol of the lanes.
 *
 * <p>Says what it needs run, not how: knows neither jobs nor gRPC. May use webhook, encryption,
 * outbound, database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.delivery;

import org.jspecify.annotations.NullMarked;
