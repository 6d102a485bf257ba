/**
 * Who may call: API keys, what their roles and namespaces allow, and how many events each may push.
 *
 * <p>Guarantees: a key is shown once, when it is made, and only its SHA-256 hash is kept. A key
 * that was revoked is refused by every server within a few seconds.
 *
 * <p>Failure: while Postgres is away, keys that were confirmed lately go on for a bounded time; all
 * others cannot be told from wrong ones, and are not let in.
 *
 * <p>Limits: pushes are counted by each server on its own.
 *
 * <p>May use database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.access;

import org.jspecify.annotations.NullMarked;
