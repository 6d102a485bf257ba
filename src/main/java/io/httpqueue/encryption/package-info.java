/**
 * Encrypts what the database must not show: signing secrets, header values, private keys.
 * AES-256-GCM under the keys of {@code HTTPQUEUE_ENCRYPTION_KEYS}, of which the first encrypts and
 * all decrypt.
 *
 * <p>Guarantees: a value decrypts only in the row and column it was encrypted for, unchanged. It
 * carries the name of its key, which the SQL function {@code encryption_key} reads. Values under an
 * older key are encrypted anew in the background, in small steps, on any number of servers and
 * while their rows change. No key and no value is in a message, a log or a {@code toString}.
 *
 * <p>Failure: the server does not start where the database holds values under a key that is not in
 * its ring. A value that was changed or moved throws {@link
 * io.httpqueue.encryption.DecryptionException}.
 *
 * <p>Messages between servers are sealed under keys that are derived from these ({@link
 * io.httpqueue.encryption.MessageSeal}).
 *
 * <p>Limits: protects the database, its dumps and backups; not a server's memory, nor its settings.
 *
 * <p>To have another column encrypted: a {@code bytea} that is written by {@link
 * io.httpqueue.encryption.Encryption#encrypt}, an {@link io.httpqueue.encryption.EncryptedColumn}
 * bean for it, and an index on {@code encryption_key(column)} where it is not null.
 *
 * <p>May use database and telemetry.
 */
@NullMarked
package io.httpqueue.encryption;

import org.jspecify.annotations.NullMarked;
