/**
 * Registrations: which URL wants which events, and what its requests are signed with.
 *
 * <p>Guarantees: a webhook and its subscriptions change in one commit, and from then on every
 * server matches against the new state. Only registered webhooks that are active and not disabled
 * have subscriptions. Changes of one webhook follow each other; none is lost to another. A webhook
 * that was unregistered can still be read, until retention deletes it. It has a secret from its
 * registration on, and at most five while it is rotated; a new one signs on every server within
 * five seconds. Secrets and header values are encrypted in the database.
 *
 * <p>Failure: a statement that fails has changed nothing. While Postgres is away an open signer
 * goes on with the secrets that it has. Ending deliveries that are under way is not done here, nor
 * is having lanes go by a change; see {@code WebhookUnregistration} and {@code WebhookChanges} in
 * delivery.
 *
 * <p>May use signing, encryption, database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.webhook;

import org.jspecify.annotations.NullMarked;
