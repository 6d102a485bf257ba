/**
 * Registrations: which URL wants which events.
 *
 * <p>Guarantees: a webhook and its subscriptions change in one commit, and from then on every
 * server matches against the new state. Only active, registered webhooks have subscriptions. A
 * webhook that was unregistered can still be read.
 *
 * <p>Failure: a statement that fails has changed nothing. Ending deliveries that are under way is
 * not done here; see {@code WebhookUnregistration} in delivery.
 *
 * <p>Limits: a webhook is not changed after it was registered. Rows are never deleted.
 *
 * <p>May use signing, encryption, database and telemetry.
 */
@NullMarked
package io.httpqueue.webhook;

import org.jspecify.annotations.NullMarked;
