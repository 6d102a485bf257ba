/**
 * Registrations: which URL wants which events.
 *
 * <p>Guarantees: a webhook and its subscriptions change in one commit, and from then on every
 * server matches against the new state. Only registered webhooks that are active and not disabled
 * have subscriptions. Changes of one webhook follow each other; none is lost to another. A webhook
 * that was unregistered can still be read.
 *
 * <p>Failure: a statement that fails has changed nothing. Ending deliveries that are under way is
 * not done here, nor is having lanes go by a change; see {@code WebhookUnregistration} and {@code
 * WebhookChanges} in delivery.
 *
 * <p>Limits: rows are never deleted.
 *
 * <p>May use signing, database and telemetry.
 */
@NullMarked
package io.httpqueue.webhook;

import org.jspecify.annotations.NullMarked;
